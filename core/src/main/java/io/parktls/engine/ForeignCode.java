package io.parktls.engine;

/**
 * Whether a handshake runs code that belongs neither to ParkTLS nor to the JDK's own computing, and so may wait: for a directory,
 * a hardware module, another service, a disk.
 *
 * <p>Such code is: trust managers of the application; private keys that sign in a provider other than the JDK's (PKCS #11, a
 * hardware module, a remote signer); key logs; path validation that fetches revocation data; and the {@code SSLEngine}s
 * of an application's {@code SSLContext} or of a provider other than the JDK's. Whoever drives a handshake asks for this before
 * each step: a step that may wait must not hold a lock, a place or a thread that others need.
 */
public enum ForeignCode {
    /** The handshake only computes. */
    NONE,

    /** The handshake may call foreign code, and tells the {@link ForeignCodeBoundary} before and after each call. */
    CALLED,

    /**
     * Each step of the handshake may wait at any point, as the engine cannot tell where foreign code begins. The engine tells the
     * {@link ForeignCodeBoundary} before and after the whole step.
     */
    THROUGHOUT
}
