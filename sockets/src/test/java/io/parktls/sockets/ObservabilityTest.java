package io.parktls.sockets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.Logged;
import io.parktls.TestContexts;
import io.parktls.TlsAlert;
import io.parktls.TlsContext;
import io.parktls.TlsSessionCache;
import io.parktls.TlsTrust;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.apache.logging.log4j.Level;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests the statistics, events, log lines and descriptions of servers and sockets. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ObservabilityTest {
    private static void fail(TlsServer server) throws IOException {
        try (TlsSocket distrustful = Servers.connect(
                server,
                TestContexts.client(Servers.ENGINE).trust(TlsTrust.system()).build())) {
            assertThrows(IOException.class, distrustful::doHandshake);
        }
    }

    @Test
    void theFlightRecorderHasHandshakesAndCloses(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("recording.jfr");
        try (Recording recording = new Recording()) {
            recording.enable("io.parktls.Handshake");
            recording.enable("io.parktls.Close");
            recording.start();
            try (TlsServer server = Servers.echoing().open(Transport.loopback())) {
                Servers.assertServes(server);
                fail(server);
            }
            recording.stop();
            recording.dump(file);
        }
        List<RecordedEvent> events = RecordingFile.readAllEvents(file);
        List<RecordedEvent> done = events.stream()
                .filter(event -> event.getEventType().getName().equals("io.parktls.Handshake"))
                .filter(event -> event.getString("failure") == null)
                .toList();
        assertEquals(2, done.size(), "one at either end");
        for (RecordedEvent event : done) {
            assertEquals("TLSv1.3", event.getString("protocol"));
            assertEquals(TestContexts.HOST, event.getString("serverName"));
            assertNull(event.getString("alert"));
            assertTrue(event.getLong("bytesSent") > 100);
            Duration computing = event.getDuration("computing");
            Duration waiting = event.getDuration("waiting");
            // On a busy machine the peer's flight may arrive before this end waits for it.
            assertTrue(computing.isPositive() && !waiting.isNegative(), event::toString);
            // Flight Recorder uses another clock, which differs slightly.
            Duration most = event.getDuration().multipliedBy(11).dividedBy(10).plusMillis(1);
            assertTrue(computing.plus(waiting).compareTo(most) <= 0, event::toString);
        }
        assertEquals(
                1, done.stream().filter(event -> event.getBoolean("server")).count());

        List<RecordedEvent> failed = events.stream()
                .filter(event -> event.getEventType().getName().equals("io.parktls.Handshake"))
                .filter(event -> event.getString("failure") != null)
                .toList();
        assertEquals(2, failed.size());
        assertEquals(
                1, failed.stream().filter(event -> event.getBoolean("server")).count());
        assertEquals(
                1,
                failed.stream()
                        .filter(event -> event.getBoolean("alertReceived"))
                        .count());
        assertTrue(
                failed.stream().allMatch(event -> event.getString("alert").startsWith("unknown_ca")), failed::toString);

        List<RecordedEvent> closes = events.stream()
                .filter(event -> event.getEventType().getName().equals("io.parktls.Close"))
                .toList();
        assertEquals(4, closes.size());
        assertEquals(
                2,
                closes.stream()
                        .filter(event -> event.getString("reason").equals("closed"))
                        .count());
        assertEquals(
                2,
                closes.stream()
                        .filter(event -> event.getString("reason").equals("failed"))
                        .count());
        assertTrue(closes.stream().allMatch(event -> event.getLong("bytesReceived") > 0), closes::toString);
        assertTrue(closes.stream().allMatch(event -> event.getLong("recordsReceived") > 0), closes::toString);
        assertTrue(closes.stream().allMatch(event -> event.getLong("recordsSent") > 0), closes::toString);
    }

    @Test
    void resumedHandshakesAreCountedAndRecorded(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("recording.jfr");
        TlsContext client = TestContexts.client(Servers.ENGINE)
                .sessionCache(TlsSessionCache.ofSize(10))
                .build();
        try (Recording recording = new Recording()) {
            recording.enable("io.parktls.Handshake");
            recording.start();
            try (TlsServer server = Servers.echoing().open(Transport.loopback())) {
                for (int i = 0; i < 3; i++) {
                    try (TlsSocket socket = Servers.connect(server, client)) {
                        Servers.assertEchoes(socket);
                    }
                }
                TlsServerStatistics seen = server.statistics();
                assertEquals(3, seen.handshakes(), seen::toString);
                assertEquals(2, seen.resumed(), seen::toString);
            }
            recording.stop();
            recording.dump(file);
        }
        List<RecordedEvent> handshakes = RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().equals("io.parktls.Handshake"))
                .toList();
        for (boolean atServer : new boolean[] {false, true}) {
            assertEquals(
                    2,
                    handshakes.stream()
                            .filter(event -> event.getBoolean("server") == atServer && event.getBoolean("resumed"))
                            .count(),
                    handshakes::toString);
        }
    }

    @Test
    void theFlightRecorderDistinguishesForeignCodeFromComputing(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("recording.jfr");
        Duration slow = Duration.ofMillis(100);
        TlsContext server = ForeignCodeKind.TRUST_MANAGER.server(() -> {
            long end = System.nanoTime() + slow.toNanos();
            while (end - System.nanoTime() > 0) {
                LockSupport.parkNanos(end - System.nanoTime());
            }
        });
        try (Recording recording = new Recording()) {
            recording.enable("io.parktls.Handshake");
            recording.start();
            try (TlsServer open = TlsServer.builder(server)
                            .handshakeTimeout(Task.HANG)
                            .handler(Servers::echo)
                            .open(Transport.loopback());
                    TlsSocket socket = Servers.connect(open, ForeignCodeKind.TRUST_MANAGER.client())) {
                Servers.assertEchoes(socket);
            }
            recording.stop();
            recording.dump(file);
        }
        RecordedEvent event = RecordingFile.readAllEvents(file).stream()
                .filter(recorded -> recorded.getEventType().getName().equals("io.parktls.Handshake"))
                .filter(handshake -> handshake.getBoolean("server"))
                .findFirst()
                .orElseThrow();
        Duration foreign = event.getDuration("foreignCode");
        assertTrue(foreign.plusMillis(1).compareTo(slow) >= 0, event::toString);
        Duration rest = event.getDuration("computing")
                .plus(event.getDuration("waiting"))
                .plus(event.getDuration("queued"));
        Duration most = event.getDuration().multipliedBy(11).dividedBy(10).plusMillis(1);
        assertTrue(foreign.plus(rest).compareTo(most) <= 0, event::toString);
    }

    @Test
    void theCountersAddUp() throws Exception {
        try (TlsServer server = Servers.echoing().open(Transport.loopback());
                TlsSocket open = Servers.connect(server);
                SocketChannel silent = SocketChannel.open(server.localAddress())) {
            Servers.assertEchoes(open);
            Servers.assertServes(server);
            fail(server);
            Task.eventually(() -> server.statistics().active() == 2);
            TlsServerStatistics seen = server.statistics();
            assertEquals(4, seen.accepted(), seen::toString);
            assertEquals(1, seen.handshaking(), seen::toString);
            assertEquals(2, seen.handshakes(), seen::toString);
            assertEquals(1, seen.handshakesFailed(), seen::toString);
            assertEquals(1, seen.alertsReceived().get(TlsAlert.UNKNOWN_CA), seen::toString);
            assertEquals(0, seen.handlerFailures(), seen::toString);
            Servers.assertEchoes(open);
            TlsServerStatistics later = server.statistics();
            assertTrue(later.bytesSent() >= seen.bytesSent() + 3, later::toString);
            assertTrue(later.recordsSent() > seen.recordsSent(), later::toString);
            assertTrue(later.recordsReceived() > seen.recordsReceived(), later::toString);
            assertTrue(silent.isOpen());
        }
    }

    @Test
    void eachFailureIsLoggedAsOneLine() throws Exception {
        try (Logged logged = Logged.of(TlsServer.class, Level.DEBUG);
                TlsServer server = Servers.echoing()
                        .hostHandler("bad.test", socket -> {
                            throw new IllegalArgumentException("in the handler");
                        })
                        .open(Transport.loopback())) {
            fail(server);
            Task.eventually(() -> logged.lines().size() == 1);
            assertTrue(
                    logged.lines().get(0).matches("INFO /127.0.0.1:\\d+: handshake failed: .*\\[received unknown_ca.*"),
                    logged::toString);

            try (SocketChannel gone = SocketChannel.open(server.localAddress())) {
                gone.shutdownOutput();
                Task.eventually(() -> logged.lines().size() == 2);
                assertTrue(logged.lines().get(1).startsWith("DEBUG"), logged::toString);
            }
            try (SocketChannel http = SocketChannel.open(server.localAddress())) {
                http.write(ByteBuffer.wrap("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
                Task.eventually(() -> logged.toString().contains("looks like an HTTP request"));
            }
            try (TlsSocket socket = Servers.connect(
                    server,
                    TestContexts.client(Servers.ENGINE).verifyHost(false).build(),
                    "bad.test")) {
                assertEquals(-1, socket.read(ByteBuffer.allocate(1)));
            }
            Task.eventually(() -> logged.lines().size() == 4);
            assertTrue(logged.lines().get(3).matches("ERROR /127.0.0.1:\\d+: the handler failed"), logged::toString);
            assertTrue(logged.lines().stream().noneMatch(line -> line.contains("\n")), logged::toString);
        }
    }

    @Test
    void aSocketDescribesItsState() throws Exception {
        try (SocketPair pair = SocketPair.open(Servers.ENGINE, Transport.TCP)) {
            assertTrue(pair.client().toString().contains("no handshake"), pair.client()::toString);
            pair.client().connection().doHandshake();
            assertTrue(pair.client().toString().contains("in the handshake"), pair.client()::toString);
            pair.established();
            assertTrue(pair.client().toString().contains("TLSv1.3"), pair.client()::toString);
            pair.client().shutdownOutput();
            assertTrue(pair.client().toString().contains("output shut"), pair.client()::toString);
            assertEquals(-1, pair.server().read(ByteBuffer.allocate(1)));
            assertTrue(pair.server().toString().contains("input at its end"), pair.server()::toString);
            assertFalse(pair.server().toString().contains("closed"), pair.server()::toString);
            pair.server().close();
            assertTrue(pair.server().toString().contains("closed"), pair.server()::toString);
        }
    }
}
