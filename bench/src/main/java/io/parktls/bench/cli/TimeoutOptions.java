package io.parktls.bench.cli;

import io.parktls.sockets.TlsSocket;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The timeout options. */
final class TimeoutOptions {
    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            description = "Timeout for connecting, for the handshake, and for each read and write. Times are written"
                    + " 500ms, 30s, 2m; 0 means no timeout.")
    private @Nullable Duration all;

    @Option(
            names = "--handshake-timeout",
            paramLabel = "TIME",
            description = "Timeout for the whole handshake. Default: that of --timeout, or else 10s.")
    private @Nullable Duration handshake;

    @Option(
            names = "--read-timeout",
            paramLabel = "TIME",
            description = "Timeout for each read. Default: that of --timeout, or else none.")
    private @Nullable Duration read;

    @Option(
            names = "--write-timeout",
            paramLabel = "TIME",
            description = "Timeout for each write. Default: that of --timeout, or else none.")
    private @Nullable Duration write;

    /** The timeout for connecting; null if only the system's timeout applies. */
    @Nullable
    Duration connectTimeout() {
        return all;
    }

    void applyTo(TlsSocket socket) {
        socket.handshakeTimeout(first(handshake, first(all, Duration.ofSeconds(10))));
        socket.readTimeout(first(read, all));
        socket.writeTimeout(first(write, all));
    }

    private static @Nullable Duration first(@Nullable Duration choice, @Nullable Duration otherwise) {
        return choice == null ? otherwise : choice;
    }
}
