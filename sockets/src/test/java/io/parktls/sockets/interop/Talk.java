package io.parktls.sockets.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.parktls.sockets.TlsSocket;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Sends and receives lines of text over one of our sockets. */
final class Talk {
    private Talk() {}

    static void say(TlsSocket socket, String line) throws IOException {
        socket.outputStream().write((line + "\n").getBytes(StandardCharsets.US_ASCII));
    }

    /** Reads a line without its end, or up to the end of the stream. */
    static String hear(TlsSocket socket) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = socket.inputStream().read();
                b >= 0 && b != '\n';
                b = socket.inputStream().read()) {
            line.write(b);
        }
        return line.toString(StandardCharsets.US_ASCII).stripTrailing();
    }

    static void expect(TlsSocket socket, String line) throws IOException {
        assertEquals(line, hear(socket));
    }
}
