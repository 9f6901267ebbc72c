package io.parktls.sockets.interop;

import static io.parktls.CipherSuite.TLS_AES_128_GCM_SHA256;
import static io.parktls.CipherSuite.TLS_AES_256_GCM_SHA384;
import static io.parktls.CipherSuite.TLS_CHACHA20_POLY1305_SHA256;
import static io.parktls.CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256;
import static io.parktls.CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384;
import static io.parktls.CipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256;
import static io.parktls.CipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256;
import static io.parktls.CipherSuite.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256;
import static io.parktls.NamedGroup.SECP256R1;
import static io.parktls.NamedGroup.SECP384R1;
import static io.parktls.NamedGroup.X25519;
import static io.parktls.TestPki.KeyKind.ECDSA_P256;
import static io.parktls.TestPki.KeyKind.ECDSA_P384;
import static io.parktls.TestPki.KeyKind.ED25519;
import static io.parktls.TestPki.KeyKind.RSA_2048;

import io.parktls.CipherSuite;
import io.parktls.ClientAuth;
import io.parktls.NamedGroup;
import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.TlsContext;
import io.parktls.TlsIdentity;
import io.parktls.TlsVersion;
import io.parktls.engine.TlsEngineProvider;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The parameters on which two ends must agree.
 *
 * @param key the kind of the server's key
 * @param applicationProtocol the protocol that ALPN must negotiate; null for no ALPN
 * @param named whether the client connects to a name and sends it as SNI, rather than to an address
 * @param clients the client authentication that the server requests
 * @param clientKey the kind of the client's key; null if the client has no certificate
 * @param retry whether the client's key share is for a group that the server does not support (TLS 1.3)
 * @param otherServer the server's identity, if it is not the valid one for the key
 */
public record Scenario(
        CipherSuite suite,
        NamedGroup group,
        KeyKind key,
        @Nullable String applicationProtocol,
        boolean named,
        ClientAuth clients,
        @Nullable KeyKind clientKey,
        boolean retry,
        @Nullable TlsIdentity otherServer) {
    /** The host name of the valid certificates. */
    static final String NAME = "example.test";

    private static final String ALPN = "http/1.1";

    /**
     * A selection in which each value is combined with several others. In TLS 1.2 the curve of an ECDSA certificate
     * must also be among the groups (RFC 8422 5.1.1).
     */
    static final List<Scenario> ALL = List.of(
            with(TLS_AES_128_GCM_SHA256, X25519, ECDSA_P256).withName().withAlpn(),
            with(TLS_CHACHA20_POLY1305_SHA256, SECP256R1, RSA_2048).withClient(RSA_2048),
            with(TLS_AES_256_GCM_SHA384, SECP384R1, ED25519)
                    .withName()
                    .withAlpn()
                    .withAnonymousClient(),
            with(TLS_AES_128_GCM_SHA256, SECP384R1, ECDSA_P384)
                    .withName()
                    .withClient(ECDSA_P256)
                    .withRetry(),
            with(TLS_CHACHA20_POLY1305_SHA256, X25519, RSA_2048).withAlpn().withClient(ED25519),
            with(TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, SECP384R1, RSA_2048)
                    .withName()
                    .withAlpn()
                    .withClient(ECDSA_P384),
            with(TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, SECP256R1, ECDSA_P256)
                    .withClient(RSA_2048),
            with(TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, SECP384R1, ECDSA_P384)
                    .withName()
                    .withAlpn()
                    .withAnonymousClient(),
            with(TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, X25519, ED25519)
                    .withAlpn()
                    .withClient(ED25519),
            with(TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256, X25519, RSA_2048).withName());

    public static Scenario with(CipherSuite suite, NamedGroup group, KeyKind key) {
        return new Scenario(suite, group, key, null, false, ClientAuth.NONE, null, false, null);
    }

    public Scenario withAlpn() {
        return withAlpn(ALPN);
    }

    public Scenario withAlpn(String name) {
        return new Scenario(suite, group, key, name, named, clients, clientKey, retry, otherServer);
    }

    public Scenario withSuite(CipherSuite other) {
        return new Scenario(other, group, key, applicationProtocol, named, clients, clientKey, retry, otherServer);
    }

    public Scenario withGroup(NamedGroup other) {
        return new Scenario(suite, other, key, applicationProtocol, named, clients, clientKey, retry, otherServer);
    }

    public Scenario withName() {
        return new Scenario(suite, group, key, applicationProtocol, true, clients, clientKey, retry, otherServer);
    }

    public Scenario withClient(KeyKind kind) {
        return new Scenario(
                suite, group, key, applicationProtocol, named, ClientAuth.REQUIRED, kind, retry, otherServer);
    }

    public Scenario withAnonymousClient() {
        return new Scenario(suite, group, key, applicationProtocol, named, ClientAuth.WANTED, null, retry, otherServer);
    }

    public Scenario withRetry() {
        return new Scenario(suite, group, key, applicationProtocol, named, clients, clientKey, true, otherServer);
    }

    public Scenario withServer(TlsIdentity identity) {
        return new Scenario(suite, group, key, applicationProtocol, named, clients, clientKey, retry, identity);
    }

    public TlsVersion version() {
        return suite.version();
    }

    /** Returns the host that the client connects to and verifies. */
    public String host() {
        return named ? NAME : "127.0.0.1";
    }

    /** Returns the groups that the client offers; its key share is for the first. */
    public List<NamedGroup> clientGroups() {
        return retry ? List.of(X25519, group) : List.of(group);
    }

    public TlsIdentity server() {
        return otherServer == null ? TestPki.server(key) : otherServer;
    }

    public Optional<TlsIdentity> client() {
        return Optional.ofNullable(clientKey).map(TestPki::client);
    }

    /** Returns the context of our client. */
    public TlsContext.Builder clientContext(TlsEngineProvider engine) {
        TlsContext.Builder context = context(engine).groups(clientGroups().toArray(NamedGroup[]::new));
        if (applicationProtocol != null) {
            context.applicationProtocols("something-else", applicationProtocol);
        }
        client().ifPresent(context::identity);
        return context;
    }

    /** Returns the context of our server. */
    public TlsContext.Builder serverContext(TlsEngineProvider engine) {
        TlsContext.Builder context =
                context(engine).groups(group).identity(server()).clientAuth(clients);
        if (applicationProtocol != null) {
            context.applicationProtocols(applicationProtocol);
        }
        return context;
    }

    private TlsContext.Builder context(TlsEngineProvider engine) {
        return TlsContext.builder()
                .engine(engine)
                .protocols(version())
                .cipherSuites(suite)
                .trust(TestPki.trust());
    }

    @Override
    public String toString() {
        return suite + " " + group + (retry ? " after a retry" : "") + ", " + key
                + (named ? ", SNI" : "")
                + (applicationProtocol == null ? "" : ", ALPN")
                + switch (clients) {
                    case NONE -> "";
                    case WANTED -> ", client asked for a certificate";
                    case REQUIRED -> ", client " + clientKey;
                };
    }
}
