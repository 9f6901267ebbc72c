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
     * Sets up the logger in another thread. Not left to the first message: that may be the one that file descriptors are
     * short, and then Log4j cannot read its configuration any more.
     */
    static void load() {
        if (LOADING.compareAndSet(false, true)) {
            Thread.ofPlatform().daemon().name("parktls-log").start(ServerLog::get);
        }
    }
}
