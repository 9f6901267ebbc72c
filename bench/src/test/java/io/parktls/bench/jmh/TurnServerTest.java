package io.parktls.bench.jmh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class TurnServerTest {
    private static final Duration LONG = Duration.ofMinutes(2);
    private static final Duration SHORT = Duration.ofSeconds(3);

    @FunctionalInterface
    private interface Participant {
        void run() throws Exception;
    }

    /** The numbers of the JVMs that had a turn, in order. */
    private final List<Integer> turns = Collections.synchronizedList(new ArrayList<>());

    @Test
    void turnsAreInOrderHoweverTheJvmsConnect() throws Exception {
        try (TurnServer server = TurnServer.open(3, LONG)) {
            take(participant(server, 2, 2), participant(server, 0, 2), participant(server, 1, 2));
        }

        assertEquals(List.of(0, 1, 2, 0, 1, 2), turns);
    }

    @Test
    void aJvmThatLeavesIsSkipped() throws Exception {
        try (TurnServer server = TurnServer.open(3, LONG)) {
            take(participant(server, 0, 3), participant(server, 1, 1), participant(server, 2, 3));
        }

        assertEquals(List.of(0, 1, 2, 0, 2, 0, 2), turns);
    }

    @Test
    void aJvmThatEndsInItsTurnIsSkipped() throws Exception {
        try (TurnServer server = TurnServer.open(2, LONG)) {
            Participant ending = () -> {
                try (TurnClient client = TurnClient.connect(server.slot(0))) {
                    client.await();
                    turns.add(0);
                }
            };
            take(ending, participant(server, 1, 3));
        }

        assertEquals(List.of(0, 1, 1, 1), turns);
    }

    @Test
    void aReleasedSlotIsNotWaitedFor() throws Exception {
        try (TurnServer server = TurnServer.open(2, LONG)) {
            server.release(server.slot(0));
            take(participant(server, 1, 2));
        }

        assertEquals(List.of(1, 1), turns);
    }

    @Test
    void aJvmThatExceedsTheTimeoutGetsNoMoreTurns() throws Exception {
        try (TurnServer server = TurnServer.open(2, SHORT)) {
            Participant slow = () -> {
                try (TurnClient client = TurnClient.connect(server.slot(0))) {
                    client.await();
                    assertThrows(IOException.class, client::await);
                }
            };
            take(slow, participant(server, 1, 2));
        }

        assertEquals(List.of(1, 1), turns);
    }

    @Test
    void aJvmLeavesARemarkOrNone() throws Exception {
        try (TurnServer server = TurnServer.open(3, LONG)) {
            server.release(server.slot(2));
            Participant leaving = () -> {
                try (TurnClient client = TurnClient.connect(server.slot(1))) {
                    client.await();
                    client.leave("gefärbt");
                }
            };
            take(participant(server, 0, 2), leaving);

            assertEquals("", server.remark(server.slot(0)));
            assertEquals("gefärbt", server.remark(server.slot(1)));
            assertEquals("", server.remark(server.slot(2)));
        }
    }

    @Test
    void aPropertyAssignsASlotToAJvm() {
        TurnSlot slot = new TurnSlot(4711, 3);

        assertEquals("-Dparktls.bench.turn=4711:3", slot.jvmArgument());
        assertEquals(TurnSlot.NONE, TurnSlot.ofThisJvm());
    }

    private Participant participant(TurnServer server, int number, int count) {
        return () -> {
            try (TurnClient client = TurnClient.connect(server.slot(number))) {
                for (int i = 0; i < count; i++) {
                    client.await();
                    turns.add(number);
                    client.end();
                }
                client.await();
            }
        };
    }

    private static void take(Participant... participants) throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> results = new ArrayList<>();
            for (Participant participant : participants) {
                results.add(threads.submit(() -> {
                    participant.run();
                    return null;
                }));
            }
            for (Future<?> result : results) {
                result.get();
            }
        }
    }
}
