package io.parktls.engine;

import io.parktls.TlsContext;
import io.parktls.engine.bouncycastle.BouncyCastleEngineProvider;
import io.parktls.engine.jsse.JsseEngineProvider;
import java.security.Provider;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Makes the engines of a context. Immutable and thread-safe. */
public interface TlsEngineProvider {
    /** A name for people and for {@link io.parktls.TlsSession#engine()}. */
    String name();

    /**
     * Prepares, once for each context, whatever its connections share.
     *
     * @throws IllegalArgumentException if this engine cannot do what the context asks for
     * @throws IllegalStateException if the classes that this engine needs are missing, too old or mixed with others
     */
    Engines prepare(TlsContext context);

    /** The engines of one context; thread-safe. */
    interface Engines {
        /**
         * A client's engine.
         *
         * @param host the name or address of the server, for SNI and verification; null if the context does not verify it
         * @param port the server's port, a hint for session caches; 0 if unknown
         */
        TlsEngine client(@Nullable String host, int port);

        /** A server's engine. */
        TlsEngine server();

        /**
         * Whether handshakes of these engines run code that may wait. The answer may change while a context is in use: a driver asks
         * before each step.
         *
         * @param server whether the question is about servers' handshakes, or about clients'
         */
        default ForeignCode foreignCode(boolean server) {
            return ForeignCode.NONE;
        }
    }

    /**
     * The default: Bouncy Castle negotiates, ParkTLS moves the bytes. It needs bcprov, bcutil and bctls of version 1.84 or
     * later on the class path; the other engines work without.
     */
    static TlsEngineProvider bouncyCastle() {
        return BouncyCastleEngineProvider.INSTANCE;
    }

    /**
     * The default engine with key exchanges (X25519, ECDH) and signatures of JCA providers, where they have them, for instance of
     * one over a native library: those are most of what a handshake computes. What they lack is done as by default, and so are
     * all records. Keys that do not leave their token sign there as ever.
     *
     * <p>Nobody but the caller vouches for the providers: that they do not leak keys by their timing, above all. Records, certificates and
     * the key schedule are none of their business.
     *
     * <p>They are to compute, not to wait: a server gives them one of the places in which handshakes compute.
     *
     * @param preferred the preferred first
     */
    static TlsEngineProvider bouncyCastle(Provider... preferred) {
        return new BouncyCastleEngineProvider(List.of(preferred));
    }

    /** The {@code SSLEngine} of the JDK's preferred JSSE provider. */
    static TlsEngineProvider jsse() {
        return new JsseEngineProvider(null, null);
    }

    /**
     * The {@code SSLEngine} of a given provider, for instance a FIPS module. Unless it is the JDK's own, its handshakes count as {@link
     * ForeignCode#THROUGHOUT}: it may compute on other hardware, and wait for that.
     */
    static TlsEngineProvider jsse(Provider provider) {
        return new JsseEngineProvider(provider, null);
    }

    /**
     * The {@code SSLEngine}s of an existing context. Its key and trust managers are used: those of the
     * {@link TlsContext} may not be set beside it.
     *
     * <p>These managers may wait, and only the SSLEngine knows when: its handshakes count as {@link ForeignCode#THROUGHOUT}. A server then does
     * not limit how many of them compute at a time. A server that has to serve established connections quickly while many clients
     * handshake is better given identities and trust by its {@link TlsContext}.
     */
    static TlsEngineProvider jsse(SSLContext context) {
        return new JsseEngineProvider(null, context);
    }
}
