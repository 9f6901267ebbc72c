package io.parktls.bench.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoundRobinTest {
    private final List<String> events = new ArrayList<>();
    private final RoundRobin<Contender> contenders = new RoundRobin<>();

    @Test
    void eachContenderIsMeasuredOnceInEachRound() throws IOException {
        contenders.add(contender("a"));
        contenders.add(contender("b"));

        contenders.measure(2, (round, contender) -> events.add(contender.title() + round));

        assertEquals(List.of("a1", "b1", "a2", "b2"), events);
    }

    @Test
    void allContendersAreClosedEvenIfOneFails() {
        contenders.add(contender("a"));
        contenders.add(contender("failing"));
        contenders.add(contender("b"));

        assertThrows(IOException.class, contenders::close);
        assertEquals(List.of("close a", "close failing", "close b"), events);
    }

    private Contender contender(String title) {
        return new Contender() {
            @Override
            public String title() {
                return title;
            }

            @Override
            public void close() throws IOException {
                events.add("close " + title);
                if (title.equals("failing")) {
                    throw new IOException("cannot close");
                }
            }
        };
    }
}
