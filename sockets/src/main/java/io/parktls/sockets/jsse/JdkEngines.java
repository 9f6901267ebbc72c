package io.parktls.sockets.jsse;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The context of SunJSSE that creates the {@code SSLEngine}s of a ParkTLS context, with the same managers. It is
 * created on first use, since most programs use either sockets or engines. Thread-safe.
 */
final class JdkEngines {
    private final ContextKind kind;
    private final KeyManager @Nullable [] keys;
    private final TrustManager[] trust;
    private final @Nullable SecureRandom random;

    private final ReentrantLock lock = new ReentrantLock();

    /** Null until the first use. Written once, guarded by {@link #lock}. */
    private volatile @Nullable SSLContext context;

    JdkEngines(ContextKind kind, KeyManager @Nullable [] keys, TrustManager[] trust, @Nullable SecureRandom random) {
        this.kind = kind;
        this.keys = keys == null ? null : keys.clone();
        this.trust = trust.clone();
        this.random = random;
    }

    /**
     * Returns the context.
     *
     * @throws IllegalStateException if the JVM lacks SunJSSE
     */
    SSLContext context() {
        SSLContext known = context;
        if (known != null) {
            return known;
        }
        lock.lock();
        try {
            known = context;
            if (known == null) {
                // The provider is named, since the first provider of the JVM may be ParkTLS.
                known = SSLContext.getInstance(
                        kind == ContextKind.DEFAULT ? ContextKind.TLS.algorithm() : kind.algorithm(), "SunJSSE");
                known.init(keys, trust, random);
                context = known;
            }
            return known;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("SunJSSE, which creates the engines, cannot be used: " + e.getMessage(), e);
        } finally {
            lock.unlock();
        }
    }
}
