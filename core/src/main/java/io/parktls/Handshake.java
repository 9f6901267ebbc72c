package io.parktls;

import io.parktls.DriveLoop.Operation;
import io.parktls.bio.Bio;
import io.parktls.engine.ForeignCode;
import io.parktls.engine.HandshakeOverrides;
import io.parktls.engine.TlsEngine;
import io.parktls.engine.TlsEngineProvider;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The handshake of a connection: holds its role and its peer, creates the engine for them, and performs the handshake.
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

    /** Taken before the read lock and the write lock, and held only during the handshake. */
    private final ReentrantLock lock = new ReentrantLock();

    /** Set before other threads use the connection, and fixed once the handshake begins. */
    private Role role = Role.NONE;

    /** Null if not set. Set like the role. */
    private @Nullable String host;

    /** Set like the role. */
    private int port;

    /** Null if not known. Set like the role. */
    private @Nullable SocketAddress remoteAddress;

    /** Set like the role. */
    private HandshakeOverrides overrides = HandshakeOverrides.NONE;

    /** Null until the handshake begins. Written once under all three locks, read by any thread. */
    private volatile @Nullable DriveLoop loop;

    /** The engines of the context when the handshake began; null until then. Set like the loop. */
    private volatile TlsEngineProvider.@Nullable Engines engines;

    /** The engine of a server that lets the application choose the settings; null if there is none. Set like the loop. */
    private volatile @Nullable ChoosingEngine choosing;

    /** Written under all three locks, read by any thread. */
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

    boolean isServer() {
        return role == Role.SERVER;
    }

    void peer(String peerHost, int peerPort) {
        requireNotBegun();
        host = peerHost;
        port = peerPort;
    }

    void remoteAddress(SocketAddress address) {
        requireNotBegun();
        remoteAddress = address;
    }

    @Nullable
    SocketAddress remoteAddress() {
        return remoteAddress;
    }

    void overrides(HandshakeOverrides decisions) {
        requireNotBegun();
        overrides = decisions;
    }

    private void requireNotBegun() {
        if (loop != null) {
            throw new IllegalStateException("the handshake has begun: role and peer can no longer be changed");
        }
    }

    /** Returns the loop; null if the handshake has not begun. */
    @Nullable
    DriveLoop loopIfBegun() {
        return loop;
    }

    /** Returns the loop. The handshake must have begun. */
    DriveLoop loop() {
        return Objects.requireNonNull(loop);
    }

    boolean isDone() {
        return done;
    }

    void requireDone(String message) {
        if (!done) {
            throw new IllegalStateException(message);
        }
    }

    /**
     * Begins the handshake, or continues it, unless it is done. Other threads that call this method meanwhile wait
     * until the current call returns.
     *
     * @return OK when the handshake is done
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
                TlsStatus status = beginIfNeeded().drive(Operation.HANDSHAKE, waiting);
                done = status == TlsStatus.OK;
                return status;
            } finally {
                lifetime.unlock(outbound);
            }
        } finally {
            lifetime.unlock(inbound);
        }
    }

    /**
     * Returns which foreign code the next step may run; {@link ForeignCode#NONE} if the handshake is done or no role is
     * set.
     */
    ForeignCode foreignCode() {
        if (done || role == Role.NONE) {
            return ForeignCode.NONE;
        }
        ForeignCode ofSettings = foreignCodeOfSettings();
        boolean calls = (role == Role.CLIENT && context.identityChooser().isPresent())
                || !overrides.equals(HandshakeOverrides.NONE);
        return ofSettings == ForeignCode.NONE && calls ? ForeignCode.CALLED : ofSettings;
    }

    /** Returns which foreign code the settings of the context, or the chosen ones, may run in the next step. */
    private ForeignCode foreignCodeOfSettings() {
        ChoosingEngine choice = choosing;
        if (choice != null) {
            return choice.foreignCode();
        }
        TlsEngineProvider.Engines begun = engines;
        if (begun != null) {
            return begun.foreignCode(isServer());
        }
        return isServer() && context.hasChooser()
                ? ForeignCode.CHOICE
                : context.engines().foreignCode(isServer());
    }

    private DriveLoop beginIfNeeded() {
        DriveLoop current = loop;
        if (current == null) {
            current = new DriveLoop(newEngine(), bio, inbound, outbound, lifetime);
            loop = current;
        }
        return current;
    }

    private TlsEngine newEngine() {
        TlsEngine engine = engineOfRole();
        Executor executor = context.callbackExecutor().orElse(null);
        return executor == null
                ? engine
                : new OffloadedEngine(engine, executor, isServer(), () -> foreignCode() != ForeignCode.NONE);
    }

    private TlsEngine engineOfRole() {
        // The context may renew itself during the handshake.
        TlsEngineProvider.Engines current = context.engines();
        engines = current;
        return switch (role) {
            case CLIENT -> context.newClientEngine(current, host, port, overrides);
            case SERVER -> serverEngine(current);
            case NONE ->
                throw new IllegalStateException(
                        "connection type not set: call setConnectState() or setAcceptState() first");
        };
    }

    private TlsEngine serverEngine(TlsEngineProvider.Engines current) {
        TlsEngine engine = context.newServerEngine(current, overrides, remoteAddress);
        if (engine instanceof ChoosingEngine choice) {
            choosing = choice;
        }
        return engine;
    }

    @Override
    public String toString() {
        return role + (host == null ? "" : " to " + host);
    }
}
