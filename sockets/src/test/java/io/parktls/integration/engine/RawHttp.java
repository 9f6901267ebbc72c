package io.parktls.integration.engine;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** HTTP/1.1 over a socket, as far as these tests need it. */
final class RawHttp {
    /** A wait that takes longer than this hangs, even on a busy machine. */
    static final int HANG_MILLIS = 120_000;

    private static final Pattern LENGTH = Pattern.compile("(?i)\\ncontent-length: *(\\d+)");

    private RawHttp() {}

    /** Requests a path over an open connection, which stays open, and returns the body of the answer. */
    static String get(Socket socket, String path) throws IOException {
        socket.getOutputStream()
                .write(("GET " + path + " HTTP/1.1\r\nHost: localhost:" + socket.getPort() + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        String head = readHead(socket.getInputStream());
        Matcher length = LENGTH.matcher(head);
        if (!head.startsWith("HTTP/1.1 200") || !length.find()) {
            throw new IOException("not an answer with a length: " + head);
        }
        return new String(
                socket.getInputStream().readNBytes(Integer.parseInt(length.group(1))), StandardCharsets.UTF_8);
    }

    /** Reads up to the empty line. */
    static String readHead(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (!(head.length() >= 4 && head.substring(head.length() - 4).equals("\r\n\r\n"))) {
            int c = in.read();
            if (c < 0) {
                throw new EOFException("the stream ended after: " + head);
            }
            head.append((char) c);
        }
        return head.toString();
    }
}
