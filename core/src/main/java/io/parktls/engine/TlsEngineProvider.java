package io.parktls.engine;

import io.parktls.TlsContext;
import io.parktls.engine.bouncycastle.BouncyCastleEngineProvider;
import io.parktls.engine.jsse.JsseEngineProvider;
import java.security.Provider;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Creates the engines of a context. Immutable and thread-safe. */
public interface TlsEngineProvider {
    /** {@return the provider's name, for messages and for {@link io.parktls.TlsSession#engine()}} */
    String name();

    /**
     * Prepares the state that the connections of a context share. Called once for each context.
     *
     * @param context the context
     * @return the engines of the context
     * @throws IllegalArgumentException if this engine does not support the context's settings
     * @throws IllegalStateException if the classes that this engine needs are missing, too old or of different versions
     */
    Engines prepare(TlsContext context);

    /**
     * {@return whether the engines support every component of {@link HandshakeOverrides}} If false, they support at
     * most the server names and the application protocol.
     */
    default boolean supportsOverrides() {
        return false;
    }

    /**
     * {@return whether the engines authenticate with identities of their own, so that their context has none} True for
     * {@link #jsse(SSLContext)}.
     */
    default boolean bringsIdentities() {
        return false;
    }

    /** The engines of one context. Thread-safe. */
    interface Engines {
        /**
         * Creates an engine for a client.
         *
         * @param host the name or address of the server, for SNI and verification; null if the context does not verify
         *     it
         * @param port the server's port, a hint for session caches; 0 if unknown
         * @return a new engine
         */
        TlsEngine client(@Nullable String host, int port);

        /**
         * Creates an engine for a server.
         *
         * @return a new engine
         */
        TlsEngine server();

        /**
         * Creates an engine for a client, some of whose decisions the connection makes itself.
         *
         * @param host as for {@link #client(String, int)}
         * @param port as for {@link #client(String, int)}
         * @param overrides the decisions that replace those of the context
         * @return a new engine
         * @throws UnsupportedOperationException if this engine supports no overrides
         */
        default TlsEngine client(@Nullable String host, int port, HandshakeOverrides overrides) {
            requireNoOverrides(overrides);
            return client(host, port);
        }

        /**
         * Creates an engine for a server, some of whose decisions the connection makes itself.
         *
         * @param overrides the decisions that replace those of the context
         * @return a new engine
         * @throws UnsupportedOperationException if this engine supports no overrides
         */
        default TlsEngine server(HandshakeOverrides overrides) {
            requireNoOverrides(overrides);
            return server();
        }

        private static void requireNoOverrides(HandshakeOverrides overrides) {
            if (!overrides.equals(HandshakeOverrides.NONE)) {
                throw new UnsupportedOperationException("this engine supports no HandshakeOverrides");
            }
        }

        /**
         * {@return whether handshakes of these engines call code that may block} The value may change while a context
         * is in use, so a driver queries it before each step.
         *
         * @param server true for handshakes of servers, false for handshakes of clients
         */
        default ForeignCode foreignCode(boolean server) {
            return ForeignCode.NONE;
        }
    }

    /**
     * {@return the default engine: Bouncy Castle negotiates, and ParkTLS protects the records} It requires bcprov,
     * bcutil and bctls of version 1.84 or later on the class path. The other engines work without them.
     */
    static TlsEngineProvider bouncyCastle() {
        return BouncyCastleEngineProvider.INSTANCE;
    }

    /**
     * {@return the default engine with key exchanges (X25519, ECDH) and signatures by JCA providers, for instance by a
     * provider that wraps a native library} Key exchanges and signatures account for most of a handshake's computation.
     * Records are protected by these providers' ciphers where they turn out to be faster than the JDK's
     * ({@link RecordCiphers#MEASURED}). Algorithms that these providers lack are processed as in the default engine.
     * Keys that cannot leave their token still sign in the token.
     *
     * <p>ParkTLS does not check the providers. The caller is responsible for their security, above all for
     * implementations that do not leak keys through timing. They are not used for certificates or the key schedule.
     *
     * <p>The providers must compute without blocking, because a server counts their work among the handshakes that it
     * allows to compute at a time.
     *
     * <pre>{@code
     * Provider corretto = Security.getProvider("AmazonCorrettoCryptoProvider");
     * TlsContext.builder().engine(TlsEngineProvider.bouncyCastle(corretto))
     * }</pre>
     *
     * @param preferred the providers, in order of preference
     */
    static TlsEngineProvider bouncyCastle(Provider... preferred) {
        return bouncyCastle(RecordCiphers.MEASURED, preferred);
    }

    /**
     * {@return the same as {@link #bouncyCastle(Provider...)}, with the given ciphers for records}
     *
     * @param ciphers which provider's ciphers protect records
     * @param preferred the providers, in order of preference
     */
    static TlsEngineProvider bouncyCastle(RecordCiphers ciphers, Provider... preferred) {
        return new BouncyCastleEngineProvider(ciphers, List.of(preferred));
    }

    /** {@return the engine around the {@code SSLEngine} of the JDK's preferred JSSE provider} */
    static TlsEngineProvider jsse() {
        return new JsseEngineProvider(null, null);
    }

    /**
     * {@return the engine around the {@code SSLEngine} of a given provider, for instance a FIPS module} Handshakes of a
     * provider other than the JDK's own count as {@link ForeignCode#THROUGHOUT}, because it may compute on other
     * hardware and block meanwhile.
     *
     * @param provider the JSSE provider
     */
    static TlsEngineProvider jsse(Provider provider) {
        return new JsseEngineProvider(provider, null);
    }

    /**
     * {@return the engine around the {@code SSLEngine}s of an existing context} Its key managers and trust managers are
     * used, so identities and trust must not be set in the {@link TlsContext}.
     *
     * <p>These managers may block, and only the SSLEngine can detect when. Its handshakes therefore count as
     * {@link ForeignCode#THROUGHOUT}, and a server does not limit how many of them compute at a time. A server that
     * must serve established connections quickly while many clients handshake should instead set identities and trust
     * in its {@link TlsContext}.
     *
     * @param context the JSSE context
     */
    static TlsEngineProvider jsse(SSLContext context) {
        return new JsseEngineProvider(null, context);
    }
}
