package io.parktls.bench.storm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The lines that JVMs exchange. */
class OrderTest {
    @Test
    void anOrderIsALine() throws IOException {
        Order order = new Order(Order.Weather.STORM, Duration.ofMillis(1_500));

        assertEquals("storm PT1.5S", order.toLine());
        assertEquals(order, Order.parse(order.toLine()));
    }

    @Test
    void soIsAnObservation() throws IOException {
        EchoTimes echoes = new EchoTimes();
        echoes.add(5_000_000);
        String line = new Observation(echoes, 406.25, 2, 1).toLine();

        Observation observation = Observation.parse(line);

        assertTrue(line.lines().count() == 1, line);
        assertEquals(5, observation.echoes().longest(), 0.01);
        assertEquals(406.25, observation.handshakesPerSecond());
        assertEquals(2, observation.failures());
        assertEquals(1, observation.resumed());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "storm", "storm 4", "hail PT4S", "storm PT4S now"})
    void otherLinesAreNoOrders(String line) {
        assertThrows(IOException.class, () -> Order.parse(line));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "? 406 0 0", "406 0 0"})
    void norObservations(String line) {
        assertThrows(IOException.class, () -> Observation.parse(line));
    }
}
