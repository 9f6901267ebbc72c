package io.parktls.bench.storm;

import io.parktls.bench.server.ServerKind;
import java.util.Locale;

/** The servers that a storm is measured with. Each has a virtual thread for each connection. */
enum StormServer {
    PARKTLS("ParkTLS TlsServer", ServerKind.PARKTLS),
    PARKTLS_NATIVE("ParkTLS, native", ServerKind.PARKTLS_NATIVE),
    PARKTLS_HOSTS("ParkTLS, 1,000 hosts", ServerKind.PARKTLS_HOSTS),
    JDK("JDK SSLSocket", ServerKind.JDK),
    /** The limit that the machine and the JDK's sockets set. */
    TCP("plain TCP", ServerKind.TCP);

    private final String title;
    private final ServerKind kind;

    StormServer(String title, ServerKind kind) {
        this.title = title;
        this.kind = kind;
    }

    String title() {
        return title;
    }

    /** The server that is started. */
    ServerKind kind() {
        return kind;
    }

    boolean isTls() {
        return kind.isTls();
    }

    /** The unit of the storm's rate: without TLS, there are no handshakes. */
    String unit() {
        return kind.isTls() ? "handshakes/s" : "connects/s";
    }

    /** The name on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
