package io.parktls.engine;

/**
 * States whether a handshake calls foreign code: code that belongs neither to ParkTLS nor to the JDK's own computing.
 * Such code may block, for example on a directory, a hardware module, another service or a disk.
 *
 * <p>Foreign code comprises the application's trust managers; private keys that sign in a provider other than the JDK's
 * (PKCS #11, a hardware module, a remote signer); key logs; path validation that fetches revocation data; and the
 * {@code SSLEngine}s of an application's {@code SSLContext} or of a provider other than the JDK's. The driver of a
 * handshake queries this value before each step, because a step that may block must not hold a lock, a permit to
 * compute or a thread that others need.
 */
public enum ForeignCode {
    /** The handshake only computes. */
    NONE,

    /**
     * The next step reads the ClientHello and lets the application's {@link io.parktls.TlsChooser} choose the settings.
     * It computes almost nothing, provided that the {@linkplain ForeignCodeBoundary#endsStepAfterChoice() boundary ends
     * it} after the choice. What the further steps call depends on the choice.
     */
    CHOICE,

    /**
     * The handshake may call foreign code. The engine calls the {@link ForeignCodeBoundary} before and after each such
     * call.
     */
    CALLED,

    /**
     * Each step of the handshake may block at any point, because the engine cannot detect where foreign code begins.
     * The engine calls the {@link ForeignCodeBoundary} before and after the whole step.
     */
    THROUGHOUT
}
