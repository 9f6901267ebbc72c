package io.parktls.integration;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;

/**
 * A flight recording of ParkTLS's handshakes. It shows that ParkTLS does the TLS of software that makes its contexts and
 * sockets itself.
 */
final class HandshakeRecording implements AutoCloseable {
    private static final String EVENT = "io.parktls.Handshake";

    private final Recording recording = new Recording();

    HandshakeRecording() {
        recording.enable(EVENT).withoutThreshold();
        recording.start();
    }

    /** Ends the recording, and asserts that ParkTLS completed that many handshakes or more as client and as server. */
    void assertHandshakes(Path directory, int asClient, int asServer) throws IOException {
        recording.stop();
        Path file = directory.resolve("handshakes.jfr");
        recording.dump(file);
        Map<Boolean, Long> done = RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().equals(EVENT) && event.getString("failure") == null)
                .collect(Collectors.partitioningBy(event -> event.getBoolean("server"), Collectors.counting()));
        assertTrue(
                done.get(false) >= asClient && done.get(true) >= asServer,
                () -> "ParkTLS completed " + done.get(false) + " handshakes as client, of " + asClient + ", and "
                        + done.get(true) + " as server, of " + asServer);
    }

    @Override
    public void close() {
        recording.close();
    }
}
