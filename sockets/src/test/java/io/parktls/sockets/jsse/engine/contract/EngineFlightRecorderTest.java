package io.parktls.sockets.jsse.engine.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.sockets.jsse.contract.Credentials;
import io.parktls.sockets.jsse.contract.Implementation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The events that handshakes of our engines leave in a flight recording. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class EngineFlightRecorderTest {
    private static final String EVENT = "io.parktls.Handshake";

    @TempDir
    private Path directory;

    private interface Work {
        void run() throws Exception;
    }

    /** Returns the events of some work with engines, those of clients first. */
    private List<RecordedEvent> record(Work work) throws Exception {
        Path file = directory.resolve("recording.jfr");
        try (Recording recording = new Recording()) {
            recording.enable(EVENT).withoutThreshold();
            recording.start();
            work.run();
            recording.stop();
            recording.dump(file);
        }
        return RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().equals(EVENT))
                .sorted((a, b) -> Boolean.compare(a.getBoolean("server"), b.getBoolean("server")))
                .toList();
    }

    private static EnginePair pair(String version) {
        return new EnginePair(
                new EngineContract.Pairing(Implementation.PARKTLS, Role.CLIENT, Implementation.PARKTLS, version));
    }

    @ParameterizedTest
    @ValueSource(strings = {EngineContract.TLS12, EngineContract.TLS13})
    void aHandshakeLeavesAnEventAtEachEnd(String version) throws Exception {
        EnginePair pair = pair(version);

        List<RecordedEvent> events = record(pair::established);

        assertEquals(2, events.size(), events::toString);
        for (RecordedEvent event : events) {
            assertEquals(version, event.getString("protocol"));
            assertEquals(EnginePair.HOST, event.getString("serverName"));
            assertNull(event.getString("failure"));
            assertFalse(event.getBoolean("resumed"));
            Duration computing = event.getDuration("computing");
            Duration waiting = event.getDuration("waiting");
            assertTrue(computing.isPositive() && !waiting.isNegative(), event::toString);
            // Flight Recorder uses another clock, which differs slightly.
            Duration most = event.getDuration().multipliedBy(11).dividedBy(10).plusMillis(1);
            assertTrue(computing.plus(waiting).compareTo(most) <= 0, event::toString);
        }
        RecordedEvent client = events.getFirst();
        RecordedEvent server = events.getLast();
        assertFalse(client.getBoolean("server"));
        assertTrue(server.getBoolean("server"));
        assertEquals(EnginePair.HOST + ":" + pair.port(), client.getString("peer"));
        assertNull(server.getString("peer"), "an engine of a server does not know its peer");
        assertEquals(client.getLong("bytesSent"), server.getLong("bytesReceived"));
        assertTrue(client.getLong("bytesReceived") > 500, client::toString);
    }

    @Test
    void aResumedSessionIsToldAsSuch() throws Exception {
        EnginePair pair = pair(EngineContract.TLS13);
        EngineSession first = pair.established();
        first.sendAndReceive("takes the tickets");
        first.pump();

        List<RecordedEvent> events =
                record(() -> pair(EngineContract.TLS13).port(pair.port()).established());

        assertEquals(2, events.size(), events::toString);
        assertTrue(events.stream().allMatch(event -> event.getBoolean("resumed")), events::toString);
    }

    @Test
    void aFailureIsToldWithItsAlertAtBothEnds() throws Exception {
        List<RecordedEvent> events = record(() -> pair(EngineContract.TLS13)
                .serverHas(Credentials.of(TestPki.unknownCa(KeyKind.ECDSA_P256)))
                .attempted());

        assertEquals(2, events.size(), events::toString);
        for (RecordedEvent event : events) {
            assertNotNull(event.getString("failure"));
            assertTrue(event.getString("alert").startsWith("unknown_ca"), event::toString);
            assertEquals(event.getBoolean("server"), event.getBoolean("alertReceived"));
        }
    }

    @Test
    void aHandshakeThatTheApplicationGivesUpIsAFailure() throws Exception {
        List<RecordedEvent> events = record(() -> {
            EngineSession session = pair(EngineContract.TLS13).connect();
            session.exchangeHello();
            session.client().engine.closeOutbound();
            session.pump();
        });

        assertEquals(2, events.size(), events::toString);
        assertTrue(
                events.getFirst().getString("failure").contains("the application closed the engine"), events::toString);
        assertNotNull(events.getLast().getString("failure"));
    }

    @Test
    void withoutARecordingThatWantsThemThereAreNone() throws Exception {
        Path file = directory.resolve("other.jfr");
        try (Recording recording = new Recording()) {
            recording.enable("jdk.ThreadPark");
            recording.start();
            pair(EngineContract.TLS13).established();
            recording.stop();
            recording.dump(file);
        }

        assertTrue(RecordingFile.readAllEvents(file).stream()
                .noneMatch(event -> event.getEventType().getName().equals(EVENT)));
    }
}
