package io.parktls.bench.cli;

import io.parktls.sockets.TlsSocket;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Answers one HTTP/1.x request for any target, and closes the connection (RFC 9112). */
final class HttpAnswer {
    private static final int LONGEST_HEADER = 16_384;

    private HttpAnswer() {}

    /** Reads the header of a request and answers with the text. If the client sends no request, there is no answer. */
    static void run(TlsSocket socket, String text) throws IOException {
        String requestLine = readHeader(new BufferedInputStream(socket.inputStream()));
        if (requestLine != null) {
            boolean understood = requestLine.matches("[A-Z]+ \\S+ HTTP/1\\.[01]");
            byte[] body = understood ? text.getBytes(StandardCharsets.UTF_8) : new byte[0];
            byte[] header = String.join(
                            "\r\n",
                            "HTTP/1.1 " + (understood ? "200 OK" : "400 Bad Request"),
                            "Content-Type: text/plain; charset=utf-8",
                            "Content-Length: " + body.length,
                            "Connection: close",
                            "",
                            "")
                    .getBytes(StandardCharsets.US_ASCII);
            boolean withBody = !requestLine.startsWith("HEAD ");
            ByteBuffer answer = ByteBuffer.allocate(header.length + (withBody ? body.length : 0));
            answer.put(header);
            if (withBody) {
                answer.put(body);
            }
            socket.write(answer.flip());
        }
        socket.shutdownOutput();
    }

    /** The request line; null if the stream ends within the header, empty if the header is too long. */
    private static @Nullable String readHeader(InputStream in) throws IOException {
        StringBuilder header = new StringBuilder();
        while (header.indexOf("\r\n\r\n", Math.max(0, header.length() - 4)) < 0) {
            if (header.length() == LONGEST_HEADER) {
                return "";
            }
            int c = in.read();
            if (c < 0) {
                return null;
            }
            header.append((char) c);
        }
        return header.substring(0, header.indexOf("\r\n"));
    }
}
