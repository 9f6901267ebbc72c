package io.parktls;

import io.parktls.bio.Bio;
import io.parktls.engine.TlsEngineProvider;
import io.parktls.pki.DisabledAlgorithms;
import io.parktls.pki.HostNames;
import io.parktls.pki.Secrets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.logging.log4j.LogManager;
import org.jspecify.annotations.Nullable;

/**
 * What connections have in common: protocols, identities, trust, limits. OpenSSL's {@code SSL_CTX}.
 *
 * <p>What the administrator of the JVM disables is neither offered nor accepted, whatever a program asks for, with
 * either engine: the security properties {@code jdk.tls.disabledAlgorithms} and {@code jdk.certpath.disabledAlgorithms}
 * apply to protocol versions, cipher suites and their parts, groups, signature schemes and their parts, and to the keys
 * and certificates of both ends; {@code jdk.tls.legacyAlgorithms} puts suites at the end. The properties are read when a
 * context is built; the JDK's own path validation reads the second one once. {@link Builder#build} fails if nothing is
 * left. The JDK's system properties for the defaults of its own contexts ({@code jdk.tls.client.protocols},
 * {@code jdk.tls.client.cipherSuites}, {@code jdk.tls.namedGroups}, {@code jdk.tls.client.SignatureSchemes} and those for
 * servers) do not change the defaults here, which the builder's methods name; {@link TlsLimits} says how long a message
 * may be, not {@code jdk.tls.maxHandshakeMessageSize}.
 *
 * <p>Immutable and thread-safe; made once and shared by any number of connections, clients and servers alike. The
 * defaults are safe: TLS 1.2 and 1.3, AEAD suites with forward secrecy, the peer and its name verified.
 *
 * {@snippet :
 * TlsContext client = TlsContext.client();
 * TlsContext server = TlsContext.builder()
 *         .identity(TlsIdentity.pem(Path.of("chain.pem"), Path.of("key.pem")))
 *         .applicationProtocols("h2", "http/1.1")
 *         .build();
 * }
 */
public final class TlsContext {

    private final TlsEngineProvider engineProvider;
    private final TlsEngineProvider.Engines engines;
    private final Set<TlsVersion> protocols;
    private final List<CipherSuite> cipherSuites;
    private final List<NamedGroup> groups;
    private final List<String> applicationProtocols;
    private final List<TlsIdentity> identities;
    private final @Nullable TlsTrust trust;
    private final ClientAuth clientAuth;
    private final boolean verifyHost;
    private final boolean truncationIgnored;
    private final boolean secureRenegotiationRequired;
    private final TlsLimits limits;
    private final LongSupplier clock;
    private final @Nullable Consumer<String> keyLog;

    private TlsContext(Builder builder, Builder.Enabled enabled) {
        this.engineProvider = builder.engine;
        this.protocols = Set.copyOf(enabled.protocols());
        this.cipherSuites = enabled.cipherSuites();
        this.groups = enabled.groups();
        this.applicationProtocols = builder.applicationProtocols;
        this.identities = builder.identities;
        this.trust = builder.trust;
        this.clientAuth = builder.clientAuth;
        this.verifyHost = builder.verifyHost;
        this.truncationIgnored = builder.truncationIgnored;
        this.secureRenegotiationRequired = builder.secureRenegotiationRequired;
        this.limits = builder.limits;
        this.clock = builder.clock;
        this.keyLog = builder.keyLog;
        this.engines = engineProvider.prepare(this);
        if (keyLog != null) {
            // Looked up only now: it takes longer to set logging up than the first handshake.
            LogManager.getLogger(TlsContext.class)
                    .warn("keyLog is on: every reader of the log can decrypt the connections of this context");
        }
    }

    /** A builder with the defaults named at its methods. */
    public static Builder builder() {
        return new Builder();
    }

    /** A client that trusts what the system trusts and verifies host names. */
    public static TlsContext client() {
        return builder().build();
    }

    /** A server with that identity, which asks clients for no certificate. */
    public static TlsContext server(TlsIdentity identity) {
        return builder().identity(identity).build();
    }

    /**
     * A connection without a role, like {@code SSL_new(3)}: choose one with {@link TlsConnection#setConnectState()} or
     * {@link TlsConnection#setAcceptState()} before the handshake.
     */
    public TlsConnection connection(Bio bio) {
        return new TlsConnection(this, bio);
    }

    /**
     * A client's connection to a host.
     *
     * @param host the name or IP address to verify; a name is also sent as SNI (RFC 6066 3)
     * @param port the port, a hint for session caches; 0 if there is none
     * @throws IllegalArgumentException if the host is neither a name nor an address
     */
    public TlsConnection connect(Bio bio, String host, int port) {
        TlsConnection connection = connection(bio);
        connection.setPeer(host, port);
        connection.setConnectState();
        return connection;
    }

    /** A server's connection. */
    public TlsConnection accept(Bio bio) {
        TlsConnection connection = connection(bio);
        connection.setAcceptState();
        return connection;
    }

    /** What makes the engines. */
    public TlsEngineProvider engineProvider() {
        return engineProvider;
    }

    TlsEngineProvider.Engines engines() {
        return engines;
    }

    /** The versions that may be negotiated. */
    public Set<TlsVersion> protocols() {
        return protocols;
    }

    /** The suites that may be negotiated, the preferred first. */
    public List<CipherSuite> cipherSuites() {
        return cipherSuites;
    }

    /** The groups that may be negotiated, the preferred first. */
    public List<NamedGroup> groups() {
        return groups;
    }

    /** The ALPN protocols, the preferred first; empty for no ALPN. */
    public List<String> applicationProtocols() {
        return applicationProtocols;
    }

    /** The identities of a server, or of a client that is asked for one; the preferred first. */
    public List<TlsIdentity> identities() {
        return identities;
    }

    /** Whom to trust; what the builder was given, or else what the system trusts. */
    public TlsTrust trust() {
        return trust == null ? TlsTrust.system() : trust;
    }

    /** Whom to trust, if the builder was told. */
    public Optional<TlsTrust> configuredTrust() {
        return Optional.ofNullable(trust);
    }

    /** Whether a server asks for client certificates. */
    public ClientAuth clientAuth() {
        return clientAuth;
    }

    /** Whether a client checks that the server's certificate is for its host. */
    public boolean verifyHost() {
        return verifyHost;
    }

    /** Whether an end of stream without close_notify counts as an ordinary end. */
    public boolean truncationIgnored() {
        return truncationIgnored;
    }

    /** Whether a server refuses a TLS 1.2 client that does not support secure renegotiation (RFC 5746). */
    public boolean secureRenegotiationRequired() {
        return secureRenegotiationRequired;
    }

    /** What a peer may send before it is cut off. */
    public TlsLimits limits() {
        return limits;
    }

    /** The clock, in nanoseconds from any origin. */
    public LongSupplier clock() {
        return clock;
    }

    /** Where secrets are logged, if anywhere. */
    public Optional<Consumer<String>> keyLog() {
        return Optional.ofNullable(keyLog);
    }

    /** A builder with these settings, to be varied. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.engine = engineProvider;
        builder.protocols = EnumSet.copyOf(protocols);
        builder.cipherSuites = cipherSuites;
        builder.groups = groups;
        builder.applicationProtocols = applicationProtocols;
        builder.identities = identities;
        builder.trust = trust;
        builder.clientAuth = clientAuth;
        builder.verifyHost = verifyHost;
        builder.truncationIgnored = truncationIgnored;
        builder.secureRenegotiationRequired = secureRenegotiationRequired;
        builder.limits = limits;
        builder.clock = clock;
        builder.keyLog = keyLog;
        return builder;
    }

    @Override
    public String toString() {
        return "TlsContext[" + engineProvider.name() + ", " + protocols + ", identities " + identities + "]";
    }

    /** Gathers the settings of a {@link TlsContext}. Not thread-safe. */
    public static final class Builder {
        private TlsEngineProvider engine = TlsEngineProvider.bouncyCastle();
        private @Nullable EnumSet<TlsVersion> protocols;
        private List<CipherSuite> cipherSuites = CipherSuite.all();
        private List<NamedGroup> groups = NamedGroup.all();
        private List<String> applicationProtocols = List.of();
        private List<TlsIdentity> identities = List.of();
        private @Nullable TlsTrust trust;
        private ClientAuth clientAuth = ClientAuth.NONE;
        private boolean verifyHost = true;
        private boolean truncationIgnored;
        private boolean secureRenegotiationRequired;
        private TlsLimits limits = TlsLimits.DEFAULT;
        private LongSupplier clock = System::nanoTime;
        private @Nullable Consumer<String> keyLog;

        private Builder() {}

        /** The engine; by default {@link TlsEngineProvider#bouncyCastle()}. */
        public Builder engine(TlsEngineProvider provider) {
            this.engine = provider;
            return this;
        }

        /**
         * The versions to negotiate; by default those for which there is a suite: TLS 1.2 and 1.3.
         *
         * @throws IllegalArgumentException if there are none
         */
        public Builder protocols(TlsVersion... versions) {
            this.protocols = EnumSet.copyOf(nonEmpty("protocols", versions));
            return this;
        }

        /**
         * The suites to negotiate, the preferred first; by default all of {@link CipherSuite}.
         *
         * @throws IllegalArgumentException if there are none
         */
        public Builder cipherSuites(CipherSuite... suites) {
            this.cipherSuites = nonEmpty("cipherSuites", suites);
            return this;
        }

        /**
         * The groups to negotiate, the preferred first; by default all of {@link NamedGroup}. A client sends key shares
         * for the first, and if that is a hybrid for the first classical one as well.
         *
         * @throws IllegalArgumentException if there are none
         */
        public Builder groups(NamedGroup... choice) {
            this.groups = nonEmpty("groups", choice);
            return this;
        }

        /**
         * The application protocols to offer or accept by ALPN (RFC 7301), the preferred first; by default none. A server
         * refuses a client that offers ALPN but nothing in common.
         *
         * @throws IllegalArgumentException if a name is not 1 to 255 bytes of UTF-8, or the names together take more than
         *     61,439 bytes, each with one for its length
         */
        public Builder applicationProtocols(String... names) {
            EncodableLists.requireApplicationProtocols(names);
            this.applicationProtocols = List.of(names);
            return this;
        }

        /**
         * The identities that this end may prove. A server needs at least one, a client only if servers ask for one. Of several,
         * each handshake takes one that the peer can verify, by its signature schemes and in TLS 1.2 by its cipher suites,
         * certificate types and groups as well. If that leaves more than one, the order is: on servers, one for the host name that
         * the client asks for; one from an authority that the peer names (RFC 8446 4.2.4); one with a chain by the peer's
         * signature_algorithms_cert; the order given here. A certificate from an authority that the peer does not name is still
         * sent if there is no other.
         */
        public Builder identity(TlsIdentity... choice) {
            this.identities = List.of(choice);
            return this;
        }

        /** Whom to trust; by default what the system trusts. Servers that ask for client certificates must say. */
        public Builder trust(TlsTrust whom) {
            this.trust = whom;
            return this;
        }

        /** Whether a server asks its clients for a certificate; by default not. */
        public Builder clientAuth(ClientAuth mode) {
            this.clientAuth = mode;
            return this;
        }

        /**
         * Whether a client checks that the server's certificate is for the host it meant; by default it does. Without
         * the check, anyone with a certificate for any name can pose as the server.
         */
        public Builder verifyHost(boolean verify) {
            this.verifyHost = verify;
            return this;
        }

        /**
         * Takes an end of stream without close_notify for an ordinary end. Unsafe: whoever can cut the connection can
         * then cut the message (RFC 8446 6.1). By default it is a {@link TlsTruncatedException}. A handshake that is cut
         * ends as one that the peer closed; it is never a success.
         */
        public Builder unsafeIgnoreTruncation(boolean ignore) {
            this.truncationIgnored = ignore;
            return this;
        }

        /**
         * Sets whether a server refuses a TLS 1.2 client whose ClientHello has neither the renegotiation_info extension nor
         * TLS_EMPTY_RENEGOTIATION_INFO_SCSV (RFC 5746 3.6). By default it accepts such a client, as OpenSSL and the JDK do: ParkTLS
         * never renegotiates, so the attack that RFC 5746 prevents cannot be mounted on its connections. A refused client gets
         * handshake_failure. A client always requires it of a TLS 1.2 server, as RFC 5746 4.1 allows: it cannot know whether the
         * server renegotiates with others.
         */
        public Builder requireSecureRenegotiation(boolean require) {
            this.secureRenegotiationRequired = require;
            return this;
        }

        /** What a peer may send before it is cut off; by default {@link TlsLimits#DEFAULT}. */
        public Builder limits(TlsLimits choice) {
            this.limits = choice;
            return this;
        }

        /**
         * Sets the clock, in nanoseconds from any origin; by default {@link System#nanoTime()}. It decides how often a peer
         * may send records without application data ({@link TlsLimits#recordsWithoutData()}). Any thread that drives a
         * connection of this context calls it, so it must be thread-safe; it should be quick. For tests, and for programs
         * that keep a clock of their own.
         */
        public Builder clock(LongSupplier nanoTime) {
            this.clock = nanoTime;
            return this;
        }

        /**
         * Where to log secrets, one line of the NSS key log format at a time, without line end. Whoever reads them reads
         * the connections: for debugging only. Called by the threads that handshake, so it must be thread-safe. It may
         * wait, which holds up the one handshake; if it throws, that handshake ends with internal_error.
         */
        public Builder keyLog(Consumer<String> log) {
            this.keyLog = log;
            return this;
        }

        /**
         * The context.
         *
         * @throws IllegalArgumentException if the settings contradict each other, the engine cannot do what they ask, or
         *     the JVM's administrator has disabled all of it: the message then names the security property
         * @throws IllegalStateException if the classes of the default engine are missing, too old or mixed with others: the
         *     message names the versions
         */
        public TlsContext build() {
            Set<TlsVersion> withSuite = versions(cipherSuites);
            if (protocols != null && !withSuite.containsAll(protocols)) {
                throw new IllegalArgumentException("not a cipher suite for each of " + protocols + ": " + cipherSuites
                        + ". Add one with cipherSuites(...), or leave out the version with protocols(...)");
            }
            Enabled enabled = Enabled.of(protocols == null ? withSuite : protocols, cipherSuites, groups);
            if (clientAuth != ClientAuth.NONE && trust == null) {
                throw new IllegalArgumentException("clientAuth " + clientAuth
                        + " needs trust(...), the authorities that issue the certificates of clients");
            }
            EncodableLists.requireGroups(enabled.groups(), enabled.protocols());
            EncodableLists.requireChains(identities);
            return new TlsContext(this, enabled);
        }

        private static Set<TlsVersion> versions(List<CipherSuite> suites) {
            EnumSet<TlsVersion> versions = EnumSet.noneOf(TlsVersion.class);
            suites.forEach(suite -> versions.add(suite.version()));
            return versions;
        }

        /** The part of the settings that the administrator of the JVM has not disabled. */
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
