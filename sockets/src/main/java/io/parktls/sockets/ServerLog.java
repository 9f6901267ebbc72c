package io.parktls.sockets;

import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * The logger of all servers. Setting up Log4j takes longer than opening a server and its first handshake together, so a
 * server does not wait for it.
 */
final class ServerLog {
    private static final AtomicBoolean LOADING = new AtomicBoolean();

    private ServerLog() {}

    /** Initialized by the first use. */
    private static final class Holder {
        static final Logger LOG = LogManager.getLogger(TlsServer.class);
    }

    static Logger get() {
        return Holder.LOG;
    }

    /**
     * Sets up the logger in another thread. The first message would be too late: it may report that there are no more
     * file descriptors, and then Log4j cannot read its configuration.
     */
    static void load() {
        if (LOADING.compareAndSet(false, true)) {
            Thread.ofPlatform().daemon().name("parktls-log").start(ServerLog::get);
        }
    }
}
