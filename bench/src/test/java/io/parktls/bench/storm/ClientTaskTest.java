package io.parktls.bench.storm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the lines that the JVMs exchange. */
class ClientTaskTest {
    @Test
    void aTaskIsALine() throws IOException {
        ClientTask task = new ClientTask(ClientTask.Phase.STORM, Duration.ofMillis(1_500));

        assertEquals("storm PT1.5S", task.toLine());
        assertEquals(task, ClientTask.parse(task.toLine()));
    }

    @Test
    void anObservationIsALine() throws IOException {
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
    void otherLinesAreNotTasks(String line) {
        assertThrows(IOException.class, () -> ClientTask.parse(line));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "? 406 0 0", "406 0 0"})
    void norAreTheyObservations(String line) {
        assertThrows(IOException.class, () -> Observation.parse(line));
    }
}
