package io.parktls;

import io.parktls.DriveLoop.Operation;
import io.parktls.bio.Bio;
import io.parktls.engine.ForeignCode;
import io.parktls.engine.TlsEngine;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What comes before all else on a connection: to say which end it is and whom it means, to make the engine for that, and to
 * shake hands.
 */
final class Handshake {
    private enum Role {
        NONE,
        CLIENT,
        SERVER
    }

    private final TlsContext context;
    private final Bio bio;
    private final Inbound inbound;
    private final Outbound outbound;
    private final Lifetime lifetime;

    /** Taken before the read lock and the write lock, and not kept any longer than the handshake lasts. */
    private final ReentrantLock lock = new ReentrantLock();

    /** Guarded by the read lock and the write lock, as are host and port. */
    private Role role = Role.NONE;

    private @Nullable String host;
    private int port;

    /** Null until the handshake begins. Written once, under all locks. */
    private volatile @Nullable DriveLoop loop;

    /** Written once, under all locks. */
    private volatile boolean done;

    Handshake(TlsContext context, Bio bio, Inbound inbound, Outbound outbound, Lifetime lifetime) {
        this.context = context;
        this.bio = bio;
        this.inbound = inbound;
        this.outbound = outbound;
        this.lifetime = lifetime;
    }

    void beClient() {
        requireNotBegun();
        role = Role.CLIENT;
    }

    void beServer() {
        requireNotBegun();
        role = Role.SERVER;
    }

    void peer(String peerHost, int peerPort) {
        requireNotBegun();
        host = peerHost;
        port = peerPort;
    }

    private void requireNotBegun() {
        if (loop != null) {
            throw new IllegalStateException("the handshake has begun: role and peer are fixed");
        }
    }

    /** The loop, once the handshake has begun. */
    @Nullable
    DriveLoop loopIfBegun() {
        return loop;
    }

    /** The loop, for one who knows that the handshake has begun. */
    DriveLoop loop() {
        return Objects.requireNonNull(loop);
    }

    boolean isDone() {
        return done;
    }

    void requireDone(String otherwise) {
        if (!done) {
            throw new IllegalStateException(otherwise);
        }
    }

    /**
     * Begins the handshake, or goes on with it, unless it is done. Whoever comes meanwhile waits for its end.
     *
     * @return OK once it is done
     */
    TlsStatus perform(Waiting waiting) throws IOException {
        if (done) {
            return TlsStatus.OK;
        }
        waiting.acquire(lock);
        try {
            return done ? TlsStatus.OK : performLocked(waiting);
        } finally {
            lock.unlock();
        }
    }

    private TlsStatus performLocked(Waiting waiting) throws IOException {
        lifetime.lock(inbound, waiting);
        try {
            lifetime.lock(outbound, waiting);
            try {
                lifetime.requireIntact(inbound);
                TlsStatus status = begun().drive(Operation.HANDSHAKE, waiting);
                done = status == TlsStatus.OK;
                return status;
            } finally {
                lifetime.unlock(outbound);
            }
        } finally {
            lifetime.unlock(inbound);
        }
    }

    /** Whether the handshake may run foreign code; {@link ForeignCode#NONE} once it is done, or while no role is chosen. */
    ForeignCode foreignCode() {
        return done || role == Role.NONE ? ForeignCode.NONE : context.engines().foreignCode(role == Role.SERVER);
    }

    private DriveLoop begun() {
        DriveLoop current = loop;
        if (current == null) {
            current = new DriveLoop(newEngine(), bio, inbound, outbound, lifetime);
            loop = current;
        }
        return current;
    }

    private TlsEngine newEngine() {
        return switch (role) {
            case CLIENT -> context.engines().client(host, port);
            case SERVER -> context.engines().server();
            case NONE ->
                throw new IllegalStateException(
                        "connection type not set: call setConnectState() or setAcceptState() first");
        };
    }

    @Override
    public String toString() {
        return role + (host == null ? "" : " to " + host);
    }
}
