package io.parktls;

import io.parktls.bio.Bio;
import io.parktls.engine.HandshakeOverrides;
import io.parktls.engine.TlsEngine;
import io.parktls.engine.TlsEngineProvider;
import io.parktls.pki.DisabledAlgorithms;
import io.parktls.pki.HostNames;
import io.parktls.pki.Secrets;
import io.parktls.session.ExportedSession;
import io.parktls.session.SessionCounters;
import java.net.SocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.logging.log4j.LogManager;
import org.jspecify.annotations.Nullable;

/**
 * The settings that connections share: protocols, identities, trust, limits. The counterpart of OpenSSL's
 * {@code SSL_CTX}.
 *
 * <p>A context is immutable and thread-safe; only identities and trust from {@linkplain Watched watched files} renew
 * themselves. Create it once and share it among any number of connections, both clients
 * and servers. The defaults are safe: TLS 1.2 and 1.3, AEAD suites with forward secrecy, and verification of the peer's
 * certificate and host name.
 *
 * {@snippet :
 * TlsContext client = TlsContext.client();
 * TlsContext server = TlsContext.builder()
 *         .identity(TlsIdentity.pem(Path.of("chain.pem"), Path.of("key.pem")))
 *         .applicationProtocols("h2", "http/1.1")
 *         .build();
 * }
 *
 * <p><b>Disabled algorithms.</b> A context neither offers nor accepts algorithms that the JVM's administrator has
 * disabled, whatever the program asks for and with either engine. The security properties
 * {@code jdk.tls.disabledAlgorithms} and {@code jdk.certpath.disabledAlgorithms} apply to protocol versions, cipher
 * suites and their parts, groups, signature schemes and their parts, and to the keys and certificates of both ends;
 * {@code jdk.tls.legacyAlgorithms} moves suites to the end of the list. A context reads the properties when it is
 * built; the JDK's own path validation reads the second one only once. {@link Builder#build} fails if nothing is left.
 *
 * <p>The system properties that set the defaults of the JDK's own contexts ({@code jdk.tls.client.protocols},
 * {@code jdk.tls.client.cipherSuites}, {@code jdk.tls.namedGroups}, {@code jdk.tls.client.SignatureSchemes} and those
 * for servers) do not change the defaults here, which are documented at the builder's methods. {@link TlsLimits} limits
 * the length of a handshake message; {@code jdk.tls.maxHandshakeMessageSize} has no effect.
 */
public final class TlsContext {
    private final TlsEngineProvider engineProvider;
    private final TlsEngineProvider.Engines engines;
    private final Set<TlsVersion> protocols;
    private final List<CipherSuite> cipherSuites;
    private final List<NamedGroup> groups;
    private final List<SignatureScheme> signatureSchemes;
    private final boolean clientOrderPreferred;
    private final List<String> applicationProtocols;
    private final List<TlsIdentity> identities;
    private final @Nullable TlsTrust trust;
    private final ClientAuth clientAuth;
    private final boolean verifyHost;
    private final boolean staplesRequested;
    private final @Nullable String verifiedName;
    private final boolean truncationIgnored;
    private final boolean secureRenegotiationRequired;
    private final TlsLimits limits;
    private final LongSupplier clock;
    private final @Nullable Consumer<String> keyLog;
    private final InstantSource wallClock;
    private final TlsTicketKeys ticketKeys;
    private final boolean ticketKeysConfigured;
    private final int ticketCount;
    private final Duration ticketLifetime;
    private final TlsSessionCache sessionCache;
    private final @Nullable TlsPsk psk;
    private final @Nullable TlsPskLookup pskLookup;
    private final boolean pskRequired;
    private final @Nullable TlsChooser chooser;
    private final @Nullable TlsIdentityChooser identityChooser;
    private final @Nullable Executor callbackExecutor;
    private final SessionCounters sessionCounters;
    private final ContextSources sources;

    /** Null if no identity and no trust of this context renews itself. */
    private final @Nullable ContextRenewal renewal;

    private TlsContext(Builder builder, Builder.Enabled enabled) {
        this.engineProvider = builder.engine;
        this.protocols = Set.copyOf(enabled.protocols());
        this.cipherSuites = enabled.cipherSuites();
        this.groups = enabled.groups();
        this.signatureSchemes = builder.signatureSchemes;
        this.clientOrderPreferred = builder.clientOrderPreferred;
        this.applicationProtocols = builder.applicationProtocols;
        this.sources = builder.sources;
        this.identities = builder.sources.identities();
        this.trust = builder.sources.trust();
        this.clientAuth = builder.clientAuth;
        this.verifyHost = builder.verifyHost;
        this.staplesRequested = builder.staplesRequested;
        this.verifiedName = builder.verifiedName;
        this.truncationIgnored = builder.truncationIgnored;
        this.secureRenegotiationRequired = builder.secureRenegotiationRequired;
        this.limits = builder.limits;
        this.clock = builder.clock;
        this.keyLog = builder.keyLog;
        this.wallClock = builder.wallClock;
        this.ticketKeysConfigured = builder.ticketKeysConfigured;
        this.ticketKeys = builder.ticketKeys == null ? TlsTicketKeys.perProcess() : builder.ticketKeys;
        this.ticketCount = builder.ticketCount;
        this.ticketLifetime = builder.ticketLifetime;
        this.psk = builder.psk;
        this.pskLookup = builder.pskLookup;
        this.pskRequired = builder.pskRequired;
        this.sessionCache = builder.sessionCache == null
                ? TlsSessionCache.ofSize(TlsSessionCache.DEFAULT_SIZE)
                : builder.sessionCache;
        this.chooser = builder.chooser;
        this.identityChooser = builder.identityChooser;
        this.callbackExecutor = builder.callbackExecutor;
        TlsContext origin = builder.renewalOf;
        SessionCounters shared = origin == null ? builder.sessionCounters : origin.sessionCounters;
        this.sessionCounters = shared == null ? new SessionCounters() : shared;
        this.renewal = sources.areFixed() ? null : new ContextRenewal(this);
        this.engines = renewal == null ? engineProvider.prepare(this) : renewal.current().engines;
        if (keyLog != null && origin == null) {
            // The logger is looked up only here because setting up logging takes longer than the first handshake.
            LogManager.getLogger(TlsContext.class)
                    .warn("keyLog is on: anyone who reads the log can decrypt the connections of this context");
        }
    }

    /** {@return a new builder} The builder's methods document the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** {@return a context for clients that trusts {@link TlsTrust#system()} and verifies host names} */
    public static TlsContext client() {
        return builder().build();
    }

    /**
     * {@return a context for servers with the given identity} The servers do not ask clients for a certificate.
     *
     * @param identity the certificate chain and the private key of the servers
     */
    public static TlsContext server(TlsIdentity identity) {
        return builder().identity(identity).build();
    }

    /**
     * Creates a connection without a role, like {@code SSL_new(3)}. Set the role with
     * {@link TlsConnection#setConnectState()} or {@link TlsConnection#setAcceptState()} before the handshake.
     *
     * @param bio the pipe to the peer
     * @return a connection without a role
     */
    public TlsConnection connection(Bio bio) {
        return new TlsConnection(this, bio);
    }

    /**
     * Creates a client's connection to a host.
     *
     * @param bio the pipe to the server
     * @param host the host name or IP address to verify; a name is also sent as SNI (RFC 6066 3). Null if it is not
     *     known, which fails the handshake unless the context does not verify hosts or verifies another name
     *     ({@link Builder#verifyName})
     * @param port the port, a hint for session caches; 0 if there is none
     * @return a connection whose handshake has not begun
     * @throws IllegalArgumentException if {@code host} is neither a host name nor an IP address
     */
    public TlsConnection connect(Bio bio, @Nullable String host, int port) {
        TlsConnection connection = connection(bio);
        if (host != null) {
            connection.setPeer(host, port);
        }
        connection.setConnectState();
        return connection;
    }

    /**
     * Creates a server's connection.
     *
     * @param bio the pipe to the client
     * @return a connection whose handshake has not begun
     */
    public TlsConnection accept(Bio bio) {
        TlsConnection connection = connection(bio);
        connection.setAcceptState();
        return connection;
    }

    /** {@return the provider that creates the engines} */
    public TlsEngineProvider engineProvider() {
        return engineProvider;
    }

    /** Returns the engines for connections that begin their handshake now. */
    TlsEngineProvider.Engines engines() {
        return current().engines;
    }

    /** Returns the context with the identities and the trust for handshakes that begin now. */
    private TlsContext current() {
        return renewal == null ? this : renewal.current();
    }

    /** Returns a context like this one whose identities and trust are the current ones, and stay the same. */
    TlsContext renewed() {
        Builder builder = toBuilder();
        builder.sources = sources.fixed();
        builder.renewalOf = this;
        return builder.build();
    }

    ContextSources sources() {
        return sources;
    }

    /**
     * Creates an engine for a client, without a pipe. For adapters to other APIs, whose callers move the bytes; use
     * {@link #connect} otherwise.
     *
     * @param host as for {@link #connect}
     * @param port as for {@link #connect}
     * @param overrides the decisions that replace those of this context; {@link HandshakeOverrides#NONE} for none
     * @return an engine whose handshake has not begun
     * @throws IllegalArgumentException if {@code host} is neither a host name nor an IP address
     */
    public TlsEngine clientEngine(@Nullable String host, int port, HandshakeOverrides overrides) {
        if (host != null) {
            requireHost(host);
        }
        return newClientEngine(engines(), host, port, overrides);
    }

    TlsEngine newClientEngine(
            TlsEngineProvider.Engines current, @Nullable String host, int port, HandshakeOverrides overrides) {
        TlsIdentityChooser own = identityChooser;
        // An engine without overrides asks the chooser itself.
        if (own == null || overrides.identityChoice() != null || !engineProvider.supportsOverrides()) {
            return current.client(host, port, overrides);
        }
        return current.client(
                host,
                port,
                overrides.withIdentityChoice(
                        (criteria, usable) -> own.choose(new CertificateRequestInfo(host, port, criteria))));
    }

    /**
     * Creates an engine for a server, without a pipe. For adapters to other APIs, whose callers move the bytes; use
     * {@link #accept} otherwise.
     *
     * @param overrides the decisions that replace those of this context; {@link HandshakeOverrides#NONE} for none
     * @return an engine whose handshake has not begun
     */
    public TlsEngine serverEngine(HandshakeOverrides overrides) {
        return newServerEngine(engines(), overrides, null);
    }

    TlsEngine newServerEngine(
            TlsEngineProvider.Engines current, HandshakeOverrides overrides, @Nullable SocketAddress remoteAddress) {
        return chooser == null
                ? current.server(overrides)
                : new ChoosingEngine(this, chooser, overrides, remoteAddress);
    }

    /** Returns whether the handshakes of servers call a chooser of the application. */
    boolean hasChooser() {
        return chooser != null;
    }

    /** Returns this context with another identity and without the chooser. It counts sessions with this context. */
    TlsContext withIdentity(TlsIdentity identity) {
        Builder builder = toBuilder().identity(identity);
        builder.chooser = null;
        builder.sessionCounters = sessionCounters;
        return builder.build();
    }

    /** {@return the versions that may be negotiated} */
    public Set<TlsVersion> protocols() {
        return protocols;
    }

    /** {@return the suites that may be negotiated, in order of preference} */
    public List<CipherSuite> cipherSuites() {
        return cipherSuites;
    }

    /** {@return the groups that may be negotiated, in order of preference} */
    public List<NamedGroup> groups() {
        return groups;
    }

    /**
     * {@return the signature schemes to sign with and to accept, in order of preference} Those that the JVM's
     * administrator has disabled are not used.
     */
    public List<SignatureScheme> signatureSchemes() {
        return signatureSchemes;
    }

    /** {@return whether a server selects the suite by the client's order of preference instead of its own} */
    public boolean clientOrderPreferred() {
        return clientOrderPreferred;
    }

    /** {@return the ALPN protocols, in order of preference; empty if ALPN is not used} */
    public List<String> applicationProtocols() {
        return applicationProtocols;
    }

    /**
     * {@return the identities of a server, or of a client that is asked for one, in order of preference} Of a {@link
     * WatchedIdentity}, this is the one that handshakes use which begin now.
     */
    public List<TlsIdentity> identities() {
        return current().identities;
    }

    /**
     * {@return the trust that the builder was given, or else {@link TlsTrust#system()}} Of a {@link WatchedTrust}, this is
     * the one that handshakes use which begin now.
     */
    public TlsTrust trust() {
        return configuredTrust().orElseGet(TlsTrust::system);
    }

    /** {@return the trust that the builder was given, as {@link #trust} returns it; empty if it was given none} */
    public Optional<TlsTrust> configuredTrust() {
        return Optional.ofNullable(current().trust);
    }

    /** {@return whether a server asks for client certificates} */
    public ClientAuth clientAuth() {
        return clientAuth;
    }

    /** {@return whether a client checks that the server's certificate is for the host it connects to} */
    public boolean verifyHost() {
        return verifyHost;
    }

    /**
     * {@return whether clients ask servers for stapled OCSP responses (RFC 6066 8): the builder was told so, or the
     * {@linkplain TlsTrust#requestsStaples trust} uses them}
     */
    public boolean requestsStaples() {
        return staplesRequested || trust().requestsStaples();
    }

    /** {@return the name that {@link Builder#verifyName} sets; empty if clients verify the host they connect to} */
    public Optional<String> verifiedName() {
        return Optional.ofNullable(verifiedName);
    }

    /**
     * {@return the name or IP address that a client verifies; null if it verifies none, or the host is not known}
     *
     * @param host the host that the client connects to; null if it is not known
     */
    public @Nullable String nameToVerify(@Nullable String host) {
        if (!verifyHost) {
            return null;
        }
        return verifiedName == null ? host : verifiedName;
    }

    /** {@return whether a stream that ends without close_notify counts as properly closed} */
    public boolean truncationIgnored() {
        return truncationIgnored;
    }

    /** {@return whether a server refuses a TLS 1.2 client that does not support secure renegotiation (RFC 5746)} */
    public boolean secureRenegotiationRequired() {
        return secureRenegotiationRequired;
    }

    /** {@return the limits on what a peer may send} */
    public TlsLimits limits() {
        return limits;
    }

    /** {@return the clock, which counts nanoseconds from an arbitrary origin} */
    public LongSupplier clock() {
        return clock;
    }

    /** {@return the consumer that receives the lines of the key log; empty if secrets are not logged} */
    public Optional<Consumer<String>> keyLog() {
        return Optional.ofNullable(keyLog);
    }

    /** {@return the clock for the lifetimes of tickets and sessions} */
    public InstantSource wallClock() {
        return wallClock;
    }

    /** {@return the keys that seal this server's tickets} */
    public TlsTicketKeys ticketKeys() {
        return ticketKeys;
    }

    /** {@return whether the builder was given ticket keys; otherwise this context has made its own} */
    public boolean ticketKeysConfigured() {
        return ticketKeysConfigured;
    }

    /** {@return how many tickets a server issues after a full handshake; 0 if it neither issues nor accepts any} */
    public int ticketCount() {
        return ticketCount;
    }

    /** {@return how long a ticket can be used} */
    public Duration ticketLifetime() {
        return ticketLifetime;
    }

    /** {@return the sessions that clients of this context can resume} */
    public TlsSessionCache sessionCache() {
        return sessionCache;
    }

    /** {@return the external pre-shared key that clients offer; empty if there is none} */
    public Optional<TlsPsk> psk() {
        return Optional.ofNullable(psk);
    }

    /** {@return the lookup of the external pre-shared keys that a server accepts; empty if it accepts none} */
    public Optional<TlsPskLookup> pskLookup() {
        return Optional.ofNullable(pskLookup);
    }

    /** {@return whether both peers must authenticate by an external pre-shared key} */
    public boolean pskRequired() {
        return pskRequired;
    }

    /**
     * Returns a session of a server as bytes, so that a later run of the same program can resume it with
     * {@link #importSession}. The session is the newest that clients of this context can resume; it stays in the cache.
     *
     * <p><b>The bytes are a secret.</b> Anyone who reads them can impersonate the client to the server, and decrypt
     * connections of TLS 1.2 that resume the session. Store them as you store a private key, and delete them when they
     * are not needed any more. A ticket of TLS 1.3 that is used twice lets observers link the connections (RFC 8446
     * C.4).
     *
     * @param host the host, as in {@link #connect}
     * @param port the port, as in {@link #connect}
     * @return a new array, which the caller should overwrite after use; empty if there is no usable session, and always
     *     with the JSSE engine, which keeps its sessions itself
     * @throws IllegalArgumentException if {@code host} is neither a host name nor an IP address
     */
    public Optional<byte[]> exportSession(String host, int port) {
        requireHost(host);
        return ExportedSession.of(current(), host, port);
    }

    /**
     * Adds a session to the cache, so that the next client of this context that connects to the server resumes it. The
     * session is bound to the settings of this context, as if one of its clients had made it. The certificates that the
     * server sent when the session began are verified again; this may wait as {@link TlsTrust#mayWait} states. An
     * expired session is ignored. The method has no effect with {@link TlsSessionCache#none()} and with the JSSE
     * engine.
     *
     * <p><b>Import only what the same program has exported.</b> A server that resumes a session shows no certificate: it
     * proves only that it has the session's secret. Therefore anyone who can write the bytes can impersonate the server
     * to this client.
     *
     * @param host the host for which the session was exported
     * @param port the port, as in {@link #connect}; it may differ from the one for which the session was exported, as a
     *     certificate is for a host and not for a port
     * @param session the result of {@link #exportSession}; it is neither kept nor changed
     * @throws TlsPeerUnverifiedException if this context does not trust the certificates of the server, or they are not
     *     for {@code host}
     * @throws IllegalArgumentException if the bytes are malformed or of another release; if the session is of another
     *     host; if it began with a certificate of the client or a pre-shared key that this context does not
     *     have; or if {@code host} is neither a host name nor an IP address. The message contains nothing of the session
     */
    public void importSession(String host, int port, byte[] session) throws TlsPeerUnverifiedException {
        requireHost(host);
        ExportedSession.addTo(current(), host, port, session);
    }

    /** {@return the chooser that a server asks for each ClientHello; empty if the context is used as it is} */
    public Optional<TlsChooser> chooser() {
        return Optional.ofNullable(chooser);
    }

    /** {@return the chooser of the identity of a client; empty if it is one of {@link #identities()}} */
    public Optional<TlsIdentityChooser> identityChooser() {
        return Optional.ofNullable(identityChooser);
    }

    /** {@return the executor for callbacks of non-blocking connections; empty if they run in the calling thread} */
    public Optional<Executor> callbackExecutor() {
        return Optional.ofNullable(callbackExecutor);
    }

    /** {@return how many sessions were offered, resumed and refused since this context was built} */
    public TlsSessionStatistics sessionStatistics() {
        return sessionCounters.statistics();
    }

    /** {@return the counters behind {@link #sessionStatistics()}} For the engines of ParkTLS. */
    @SuppressWarnings("exports") // The class is visible to ParkTLS only.
    public SessionCounters sessionCounters() {
        return sessionCounters;
    }

    /**
     * {@return a new builder with the settings of this context} The new context shares this context's ticket keys and
     * session cache, so that sessions outlive a change of, for instance, the identity.
     */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.engine = engineProvider;
        builder.protocols = EnumSet.copyOf(protocols);
        builder.cipherSuites = cipherSuites;
        builder.groups = groups;
        builder.signatureSchemes = signatureSchemes;
        builder.clientOrderPreferred = clientOrderPreferred;
        builder.applicationProtocols = applicationProtocols;
        builder.sources = sources;
        builder.clientAuth = clientAuth;
        builder.verifyHost = verifyHost;
        builder.staplesRequested = staplesRequested;
        builder.verifiedName = verifiedName;
        builder.truncationIgnored = truncationIgnored;
        builder.secureRenegotiationRequired = secureRenegotiationRequired;
        builder.limits = limits;
        builder.clock = clock;
        builder.keyLog = keyLog;
        builder.wallClock = wallClock;
        builder.ticketKeys = ticketKeys;
        builder.ticketKeysConfigured = ticketKeysConfigured;
        builder.ticketCount = ticketCount;
        builder.ticketLifetime = ticketLifetime;
        builder.sessionCache = sessionCache;
        builder.psk = psk;
        builder.pskLookup = pskLookup;
        builder.pskRequired = pskRequired;
        builder.chooser = chooser;
        builder.identityChooser = identityChooser;
        builder.callbackExecutor = callbackExecutor;
        return builder;
    }

    @Override
    public String toString() {
        return "TlsContext[" + engineProvider.name() + ", " + protocols + ", identities " + identities() + "]";
    }

    /** A builder of {@link TlsContext}s. Not thread-safe. */
    public static final class Builder {
        private TlsEngineProvider engine = TlsEngineProvider.bouncyCastle();
        private @Nullable EnumSet<TlsVersion> protocols;
        private List<CipherSuite> cipherSuites = CipherSuite.all();
        private List<NamedGroup> groups = NamedGroup.all();
        private List<SignatureScheme> signatureSchemes = SignatureScheme.all();
        private boolean clientOrderPreferred;
        private List<String> applicationProtocols = List.of();
        private ContextSources sources = ContextSources.NONE;

        /** The context that renews itself by the one to build; null if none does. */
        private @Nullable TlsContext renewalOf;

        private ClientAuth clientAuth = ClientAuth.NONE;
        private boolean verifyHost = true;
        private boolean staplesRequested;
        private @Nullable String verifiedName;
        private boolean truncationIgnored;
        private boolean secureRenegotiationRequired;
        private TlsLimits limits = TlsLimits.DEFAULT;
        private LongSupplier clock = System::nanoTime;
        private @Nullable Consumer<String> keyLog;
        private InstantSource wallClock = InstantSource.system();
        private @Nullable TlsTicketKeys ticketKeys;
        private boolean ticketKeysConfigured;
        private int ticketCount = 2;
        private Duration ticketLifetime = Duration.ofDays(1);
        private @Nullable TlsSessionCache sessionCache;
        private @Nullable TlsPsk psk;
        private @Nullable TlsPskLookup pskLookup;
        private boolean pskRequired;
        private @Nullable TlsChooser chooser;
        private @Nullable TlsIdentityChooser identityChooser;
        private @Nullable Executor callbackExecutor;

        /** Null if the context makes its own. */
        private @Nullable SessionCounters sessionCounters;

        private Builder() {}

        /**
         * Sets the engine. The default is {@link TlsEngineProvider#bouncyCastle()}.
         *
         * @param provider the provider of the engines
         * @return this builder
         */
        public Builder engine(TlsEngineProvider provider) {
            this.engine = provider;
            return this;
        }

        /**
         * Sets the versions to negotiate. The default is every version for which {@link #cipherSuites} has a suite: TLS
         * 1.2 and 1.3 unless that setting is changed.
         *
         * @param versions the versions, in any order
         * @return this builder
         * @throws IllegalArgumentException if no version is given
         */
        public Builder protocols(TlsVersion... versions) {
            this.protocols = EnumSet.copyOf(nonEmpty("protocols", versions));
            return this;
        }

        /**
         * Sets the suites to negotiate, in order of preference. The default is {@link CipherSuite#all()}.
         *
         * @param suites the suites, in order of preference
         * @return this builder
         * @throws IllegalArgumentException if no suite is given
         */
        public Builder cipherSuites(CipherSuite... suites) {
            this.cipherSuites = nonEmpty("cipherSuites", suites);
            return this;
        }

        /**
         * Sets the groups to negotiate, in order of preference. The default is {@link NamedGroup#all()}. A client sends
         * a key share for the first group and, if that is a hybrid, one for the first classical group as well.
         *
         * @param choice the groups, in order of preference
         * @return this builder
         * @throws IllegalArgumentException if no group is given
         */
        public Builder groups(NamedGroup... choice) {
            this.groups = nonEmpty("groups", choice);
            return this;
        }

        /**
         * Sets the signature schemes to sign with and to accept from the peer, in order of preference. The default is
         * {@link SignatureScheme#all()}. The schemes also limit the signatures in the peer's chain (RFC 8446 4.2.3).
         *
         * @param schemes the schemes, in order of preference
         * @return this builder
         * @throws IllegalArgumentException if no scheme is given
         */
        public Builder signatureSchemes(SignatureScheme... schemes) {
            this.signatureSchemes = nonEmpty("signatureSchemes", schemes);
            return this;
        }

        /**
         * Sets whether a server selects the cipher suite by the client's order of preference. The default is false: the
         * server's own order, set by {@link #cipherSuites}, decides. A client's order is worth following for clients
         * without hardware support for AES, which list ChaCha20-Poly1305 first.
         *
         * @param prefer whether the client's order decides
         * @return this builder
         */
        public Builder preferClientOrder(boolean prefer) {
            this.clientOrderPreferred = prefer;
            return this;
        }

        /**
         * Sets the application protocols to offer or accept by ALPN (RFC 7301), in order of preference. The default is
         * none. A server refuses a client that offers ALPN protocols but none of these.
         *
         * @param names the names of the protocols, in order of preference
         * @return this builder
         * @throws IllegalArgumentException if a name is not 1 to 255 bytes of UTF-8, or if all names, with one length
         *     byte each, take more than 61,439 bytes
         */
        public Builder applicationProtocols(String... names) {
            ContextValidation.checkApplicationProtocols(names);
            this.applicationProtocols = List.of(names);
            return this;
        }

        /**
         * Sets the identities that this end can authenticate with. A server needs at least one; a client needs one only
         * if a server asks for it.
         *
         * <p>Each handshake uses an identity that the peer can verify, according to the peer's signature schemes and,
         * in TLS 1.2, also its cipher suites, certificate types and groups. Among several such identities, the order of
         * preference is:
         *
         * <ol>
         *   <li>on a server, an identity for the host name that the client asks for;
         *   <li>an identity from an authority that the peer names (RFC 8446 4.2.4);
         *   <li>an identity whose chain matches the peer's signature_algorithms_cert;
         *   <li>the order given here.
         * </ol>
         *
         * <p>An identity from an authority that the peer does not name is still used if there is no other.
         *
         * @param choice the identities, in order of preference
         * @return this builder
         */
        public Builder identity(TlsIdentity... choice) {
            return identity((TlsIdentitySource[]) choice);
        }

        /**
         * Sets the identities as {@link #identity(TlsIdentity...)} does. Those that renew themselves may be mixed with
         * others. The context, and servers with it, then renew themselves: each handshake uses the pair of key and
         * certificate that is in use when it begins. Handshakes that have begun and established connections keep the
         * former one. Session tickets stay valid, unless the certificate is for other names. With the JSSE engine,
         * however, sessions are not resumed after a renewal.
         *
         * @param choice the identities, in order of preference
         * @return this builder
         */
        public Builder identity(TlsIdentitySource... choice) {
            this.sources = sources.withIdentities(List.of(choice));
            return this;
        }

        /**
         * Sets the trust, which decides whether the peer's certificates are accepted. The default for clients is
         * {@link TlsTrust#system()}. A server that asks for client certificates must set it.
         *
         * @param choice the trust
         * @return this builder
         */
        public Builder trust(TlsTrust choice) {
            this.sources = sources.withTrust(choice);
            return this;
        }

        /**
         * Sets a trust that renews itself, as {@link #trust(TlsTrust)} sets one that does not. Each handshake uses the
         * trust that is in use when it begins, also for sessions that are resumed, see {@link WatchedTrust}.
         *
         * @param choice the trust
         * @return this builder
         */
        public Builder trust(WatchedTrust choice) {
            this.sources = sources.withTrust(choice);
            return this;
        }

        /**
         * Sets whether a server asks its clients for a certificate. The default is {@link ClientAuth#NONE}.
         *
         * @param mode whether to ask for a certificate, and whether to require one
         * @return this builder
         */
        public Builder clientAuth(ClientAuth mode) {
            this.clientAuth = mode;
            return this;
        }

        /**
         * Sets whether a client checks that the server's certificate is for the host it connects to. The default is
         * true. Without the check, anyone who holds a trusted certificate for any name can impersonate the server.
         *
         * @param verify whether to check the host
         * @return this builder
         */
        public Builder verifyHost(boolean verify) {
            this.verifyHost = verify;
            return this;
        }

        /**
         * Sets whether a client asks servers for a stapled OCSP response (RFC 6066 8, RFC 8446 4.4.2.1) even if its
         * trust does not use it. The default is false: only a trust with a policy for revocation asks. The responses
         * are available as {@link TlsSession#stapledResponses()}. A client that asks refuses a certificate which
         * requires a stapled response ("must staple", RFC 7633) and comes without one.
         *
         * <p>With the JSSE engine this setting has no effect: the JDK's provider asks unless the system property
         * {@code jdk.tls.client.enableStatusRequestExtension} is false.
         *
         * @param request whether to ask in any case
         * @return this builder
         */
        public Builder requestStaples(boolean request) {
            this.staplesRequested = request;
            return this;
        }

        /**
         * Sets the name that a client verifies in the server's certificate, in place of the host it connects to: for
         * instance if it connects to an IP address from a service directory, through a tunnel, or to one of several
         * servers that share a certificate. The server name that the client sends (SNI) remains the host that it connects
         * to. Sessions are resumed only by clients that verify the same name.
         *
         * {@snippet :
         * TlsContext context = TlsContext.builder().verifyName("db.internal.example").build();
         * TlsSocket socket = TlsSocket.connect(context, "10.0.3.17", 5432);
         * }
         *
         * <p>The name has no effect with {@link #verifyHost verifyHost(false)}.
         *
         * @param name a host name or an IP address
         * @return this builder
         * @throws IllegalArgumentException if the name is neither a host name nor an IP address
         */
        public Builder verifyName(String name) {
            requireHost(name);
            this.verifiedName = name;
            return this;
        }

        /**
         * Sets whether a stream that ends without close_notify counts as properly closed. The default is false: such an
         * end throws {@link TlsTruncatedException}. Setting it to true is unsafe, because an attacker who can close the
         * TCP connection can then truncate the data unnoticed (RFC 8446 6.1). A truncated handshake never succeeds;
         * with this setting it ends as if the peer had sent close_notify.
         *
         * @param ignore whether to ignore a missing close_notify
         * @return this builder
         */
        public Builder unsafeIgnoreTruncation(boolean ignore) {
            this.truncationIgnored = ignore;
            return this;
        }

        /**
         * Sets whether a server refuses a TLS 1.2 client whose ClientHello has neither the renegotiation_info extension
         * nor TLS_EMPTY_RENEGOTIATION_INFO_SCSV (RFC 5746 3.6). A refused client receives handshake_failure. The
         * default is false, as in OpenSSL and the JDK: ParkTLS never renegotiates, so the attack that RFC 5746 prevents
         * is not possible on its connections.
         *
         * <p>A client always requires secure renegotiation of a TLS 1.2 server, as RFC 5746 4.1 allows, because the
         * client cannot find out whether the server renegotiates with other clients.
         *
         * <p>With the JSSE engine this setting has no effect: the provider decides, the JDK's by the system property
         * {@code sun.security.ssl.allowLegacyHelloMessages}.
         *
         * @param require whether to require secure renegotiation
         * @return this builder
         */
        public Builder requireSecureRenegotiation(boolean require) {
            this.secureRenegotiationRequired = require;
            return this;
        }

        /**
         * Sets the limits on what a peer may send. The default is {@link TlsLimits#DEFAULT}.
         *
         * @param choice the limits
         * @return this builder
         */
        public Builder limits(TlsLimits choice) {
            this.limits = choice;
            return this;
        }

        /**
         * Sets the clock, which counts nanoseconds from an arbitrary origin. The default is {@link System#nanoTime()}.
         * The clock determines how often a peer may send records without application data
         * ({@link TlsLimits#recordsWithoutData()}). Every thread that drives a connection of this context calls it, so
         * it must be thread-safe and should be fast. For tests, and for programs that keep their own clock.
         *
         * @param nanoTime the clock, in nanoseconds
         * @return this builder
         */
        public Builder clock(LongSupplier nanoTime) {
            this.clock = nanoTime;
            return this;
        }

        /**
         * Sets a consumer for the secrets of each connection, in the NSS key log format ({@code SSLKEYLOGFILE}). Each
         * call passes one line without a line terminator. For debugging only: anyone who reads the lines can decrypt
         * the connections.
         *
         * <p>The threads that perform handshakes call the consumer, so it must be thread-safe. It may block, which
         * delays only the handshake that called it. If it throws, that handshake fails with internal_error.
         *
         * @param log the consumer, which receives one line per call
         * @return this builder
         */
        public Builder keyLog(Consumer<String> log) {
            this.keyLog = log;
            return this;
        }

        /**
         * Sets the keys that seal a server's session tickets. By default each context has random keys of its own, which
         * {@link TlsContext#toBuilder} passes on; sessions then end with the process. Several servers that share keys
         * resume each other's sessions, see {@link TlsTicketKeys#shared}.
         *
         * @param keys the keys
         * @return this builder
         */
        public Builder ticketKeys(TlsTicketKeys keys) {
            this.ticketKeys = keys;
            this.ticketKeysConfigured = true;
            return this;
        }

        /**
         * Sets how many session tickets a server issues, and how long they can be used. The default is two tickets, as
         * in OpenSSL, and one day. A resumed handshake of TLS 1.3 is answered with one ticket, in place of the used one;
         * TLS 1.2 has at most one. Clients that support no resumption with forward secrecy get none.
         *
         * @param count the number of tickets, 0 to 16; with 0 the server accepts no tickets either
         * @param lifetime how long a ticket can be used: from one second to seven days (RFC 8446 4.6.1)
         * @return this builder
         * @throws IllegalArgumentException if a value is out of its range
         */
        public Builder tickets(int count, Duration lifetime) {
            ContextValidation.checkTickets(count, lifetime);
            this.ticketCount = count;
            this.ticketLifetime = lifetime;
            return this;
        }

        /**
         * Sets the cache of the sessions that clients can resume. By default each context has a cache of its own for
         * {@value TlsSessionCache#DEFAULT_SIZE} peers, which {@link TlsContext#toBuilder} passes on. With
         * {@link TlsSessionCache#none()} clients make full handshakes only.
         *
         * @param cache the cache
         * @return this builder
         */
        public Builder sessionCache(TlsSessionCache cache) {
            this.sessionCache = cache;
            return this;
        }

        /**
         * Sets the external pre-shared key that clients offer (RFC 8446 4.2.11). It needs TLS 1.3. A server that accepts
         * it sends no certificate; one that does not continues with its certificate, unless {@link #requirePsk} forbids
         * that.
         *
         * @param key the key
         * @return this builder
         */
        public Builder psk(TlsPsk key) {
            this.psk = key;
            return this;
        }

        /**
         * Sets the external pre-shared keys that a server accepts (RFC 8446 4.2.11). It needs TLS 1.3. A client with
         * such a key is authenticated by it, and neither side sends a certificate, also if {@link #clientAuth} asks for
         * one. {@link TlsSession#pskIdentity()} tells which key it was.
         *
         * @param lookup finds a key by its identity
         * @return this builder
         */
        public Builder pskLookup(TlsPskLookup lookup) {
            this.pskLookup = lookup;
            return this;
        }

        /**
         * Sets whether both peers must authenticate by an external pre-shared key, or by a session that began with one.
         * The default is false. Handshakes without one fail; a server then needs no identity and a client no trust.
         * Only TLS 1.3 is negotiated.
         *
         * @param require whether a key is required
         * @return this builder
         */
        public Builder requirePsk(boolean require) {
            this.pskRequired = require;
            return this;
        }

        /**
         * Sets the clock for the lifetimes of tickets and sessions; for tests. The default is the system's clock.
         *
         * @param source the source of the current time; thread-safe
         * @return this builder
         */
        public Builder wallClock(InstantSource source) {
            this.wallClock = source;
            return this;
        }

        /**
         * Sets a chooser that a server asks for each ClientHello: with another identity, with another context, or
         * whether to refuse the client. By default the server uses this context as it is. A context with a chooser needs
         * no {@link #identity} unless the chooser answers {@link TlsChoice#unchanged()}. Clients ignore the setting.
         *
         * <p>The ClientHello is held to the {@link #limits} of this context before the chooser is called.
         *
         * @param chooser the chooser
         * @return this builder
         */
        public Builder choose(TlsChooser chooser) {
            this.chooser = chooser;
            return this;
        }

        /**
         * Sets a chooser that a client asks when a server requests a certificate, in place of {@link #identity}. Servers
         * ignore the setting.
         *
         * <p>A client that resumes a session is not asked, because the server remembers the identity with which the
         * session began. If the chooser answers different identities for the same server, for instance on behalf of
         * different users, use a context for each, or {@link TlsSessionCache#none()}.
         *
         * @param chooser the chooser
         * @return this builder
         */
        public Builder chooseIdentity(TlsIdentityChooser chooser) {
            this.identityChooser = chooser;
            return this;
        }

        /**
         * Sets the executor for the callbacks of non-blocking connections. By default a callback of the application
         * that waits (a chooser, a trust manager, a key in another provider) blocks the thread that drives the
         * connection, for instance an event loop with all its other connections.
         *
         * <p>With an executor, {@link TlsConnection#doHandshake()} hands a step of the handshake that may call such
         * code to the executor and returns WANT_READ, with {@link TlsConnection#waitingFor()} as
         * {@link Interest#ANSWER}; {@link TlsConnection#answer()} completes when the call is to be repeated. The whole
         * step runs in the executor, so its computation does not delay the event loop either. Closing the connection
         * interrupts a callback. The deadline of the handshake remains the business of the caller.
         *
         * <p>An executor with a thread for each task suits best, such as
         * {@link java.util.concurrent.Executors#newVirtualThreadPerTaskExecutor()}: one with few threads delays all
         * handshakes when that many callbacks wait. Blocking connections, such as those of {@code TlsSocket} and
         * {@code TlsServer}, do not use it: their callbacks run in the thread of the handshake.
         *
         * @param executor the executor; if it rejects a task, the handshake ends with internal_error
         * @return this builder
         */
        public Builder callbackExecutor(Executor executor) {
            this.callbackExecutor = executor;
            return this;
        }

        /**
         * Builds the context.
         *
         * @return a new context
         * @throws IllegalArgumentException if the settings contradict each other, the engine does not support them, or
         *     the JVM's administrator has disabled all of them; in the last case the message names the security
         *     property
         * @throws IllegalStateException if the default engine's libraries are missing, too old or of different
         *     versions; the message names the versions
         */
        public TlsContext build() {
            Set<TlsVersion> withSuite = versions(cipherSuites);
            if (protocols != null && !withSuite.containsAll(protocols)) {
                throw new IllegalArgumentException("not a cipher suite for each of " + protocols + ": " + cipherSuites
                        + ". Add a suite with cipherSuites(...), or leave out the version in protocols(...)");
            }
            Enabled enabled = Enabled.of(requested(withSuite), cipherSuites, groups);
            if (clientAuth != ClientAuth.NONE && sources.trust() == null && !engine.bringsIdentities()) {
                throw new IllegalArgumentException("clientAuth " + clientAuth
                        + " needs trust(...) with the authorities that issue the client certificates");
            }
            ContextValidation.checkGroups(enabled.groups(), enabled.protocols());
            ContextValidation.checkChains(sources.identities());
            ContextValidation.checkPsk(
                    psk, pskLookup != null, pskRequired, enabled.protocols(), enabled.cipherSuites());
            if (renewalOf == null) {
                OwnCertificates.warnIfNotValid(sources.identitySources(), wallClock.instant());
            }
            return new TlsContext(this, enabled);
        }

        private Set<TlsVersion> requested(Set<TlsVersion> withSuite) {
            if (protocols == null && pskRequired && withSuite.contains(TlsVersion.TLS_1_3)) {
                return EnumSet.of(TlsVersion.TLS_1_3);
            }
            return protocols == null ? withSuite : protocols;
        }

        private static Set<TlsVersion> versions(List<CipherSuite> suites) {
            EnumSet<TlsVersion> versions = EnumSet.noneOf(TlsVersion.class);
            suites.forEach(suite -> versions.add(suite.version()));
            return versions;
        }

        /** The part of the settings that the JVM's administrator has not disabled. */
        private record Enabled(Set<TlsVersion> protocols, List<CipherSuite> cipherSuites, List<NamedGroup> groups) {
            static Enabled of(Set<TlsVersion> protocols, List<CipherSuite> suites, List<NamedGroup> groups) {
                DisabledAlgorithms disabled = DisabledAlgorithms.current();
                Set<TlsVersion> versions = disabled.versions(protocols);
                List<CipherSuite> left = disabled.cipherSuites(suites.stream()
                        .filter(suite -> versions.contains(suite.version()))
                        .toList());
                // A version whose suites are all disabled is disabled with them.
                versions.retainAll(versions(left));
                return new Enabled(versions, left, disabled.groups(groups));
            }
        }

        private static <T> List<T> nonEmpty(String what, T[] values) {
            if (values.length == 0) {
                throw new IllegalArgumentException("no " + what + ": give at least one");
            }
            return Arrays.stream(values).distinct().toList();
        }
    }

    static void requireHost(String host) {
        if (!HostNames.isAddress(host) && !HostNames.isName(host)) {
            throw new IllegalArgumentException("neither a host name nor an IP address: " + Secrets.quotedHost(host));
        }
    }
}
