package io.parktls.integration.resumption;

import io.parktls.TlsSession;
import io.parktls.sockets.TlsSocket;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;

/** The request of all clients in these tests, and the page that a server of ours answers with. */
final class Page {
    /** The only request. Lines end with LF only, which all servers in these tests accept. */
    static final String REQUEST = "GET / HTTP/1.0\n\n";

    private static final String HEAD = "HTTP/1.0 200 OK\r\nConnection: close\r\n\r\n";

    private Page() {}

    /** Reads the request up to its empty line; returns false if the client sends none. */
    static boolean readRequest(InputStream in) throws IOException {
        int length = 0;
        for (int b = in.read(); b >= 0; b = in.read()) {
            if (b == '\n' && length == 0) {
                return true;
            }
            length = b == '\n' ? 0 : b == '\r' ? length : length + 1;
        }
        return false;
    }

    /** Returns a page with a description of the handshake, and the subject of the client's certificate. */
    static byte[] of(String handshake, String client) {
        return (HEAD + handshake + ", client '" + client + "'\n").getBytes(StandardCharsets.US_ASCII);
    }

    static byte[] of(TlsSession session) {
        return of(
                session.resumed() ? "resumed" : "new",
                session.peerCertificate().map(Page::name).orElse(""));
    }

    static String name(X509Certificate certificate) {
        return certificate.getSubjectX500Principal().getName();
    }

    /** Sends the request over a connection of ours, and returns the whole answer. */
    static String get(TlsSocket client) throws IOException {
        client.outputStream().write(REQUEST.getBytes(StandardCharsets.US_ASCII));
        return new String(client.inputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
