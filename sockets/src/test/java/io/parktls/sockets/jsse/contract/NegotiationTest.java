package io.parktls.sockets.jsse.contract;

import static io.parktls.sockets.jsse.contract.Contract.TLS12;
import static io.parktls.sockets.jsse.contract.Contract.TLS13;
import static io.parktls.sockets.jsse.contract.Fact.fact;

import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmConstraints;
import java.security.AlgorithmParameters;
import java.security.CryptoPrimitive;
import java.security.Key;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIMatcher;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/** What the settings of both ends negotiate. */
final class NegotiationTest {
    private static final String AES128_13 = "TLS_AES_128_GCM_SHA256";
    private static final String AES256_13 = "TLS_AES_256_GCM_SHA384";
    private static final String CHACHA_13 = "TLS_CHACHA20_POLY1305_SHA256";
    private static final String AES128_12 = "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256";
    private static final String AES256_12 = "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384";
    private static final String RSA_12 = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256";
    private static final String CBC_12 = "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256";

    private static final String[] SMALL_FIRST = {AES128_13, AES256_13, AES128_12, AES256_12};
    private static final String[] BIG_FIRST = {AES256_13, AES128_13, AES256_12, AES128_12};

    /** The suites of a version, by the length of their key. */
    private static String suite(Subject s, int bits) {
        return s.version().equals(TLS13) ? bits == 128 ? AES128_13 : AES256_13 : bits == 128 ? AES128_12 : AES256_12;
    }

    private static int bits(Meeting.Ends ends) {
        return ends.client().getSession().getCipherSuite().contains("128") ? 128 : 256;
    }

    /** Returns the result at the client, or both results if they differ. */
    static @Nullable Object failure(Meeting meeting) throws Exception {
        Meeting.Failures failures = meeting.failures();
        return failures.client();
    }

    static @Nullable Object serverFailure(Meeting meeting) throws Exception {
        return meeting.failures().server();
    }

    /**
     * How an end fails that the peer refuses. An end of the JDK closes its socket with data unread, so the alert that it
     * has sent may be lost in the reset.
     */
    static final String REFUSED_BY_PEER = "SSLHandshakeException|SocketException";

    // ---- versions and suites

    @TestFactory
    Stream<DynamicNode> versions() {
        return Contract.ofBothEnds(List.of(
                fact(
                        "the version of the client",
                        s -> s.asClient()
                                .established()
                                .client()
                                .getSession()
                                .getProtocol()
                                .equals(s.version()),
                        true),
                fact(
                        "the version of the server",
                        s -> s.asServer()
                                .established()
                                .server()
                                .getSession()
                                .getProtocol()
                                .equals(s.version()),
                        true),
                fact(
                        "a server with only the other version, at the client",
                        s -> failure(s.asClient().listener(l -> l.setEnabledProtocols(other(s)))),
                        "SSLHandshakeException"),
                fact(
                        "a server with only the other version, at the server",
                        s -> serverFailure(s.asServer().listener(l -> l.setEnabledProtocols(other(s)))),
                        "SSLHandshakeException"),
                fact(
                        "the other version set on the accepted socket",
                        s -> serverFailure(s.asServer().server(a -> a.setEnabledProtocols(other(s)))),
                        "SSLHandshakeException"),
                fact(
                        "a version that is not supported beside one that is",
                        s -> s.asClient()
                                .client(c -> c.setEnabledProtocols(new String[] {"TLSv1.1", s.version()}))
                                .established()
                                .client()
                                .getSession()
                                .getProtocol()
                                .equals(s.version()),
                        true),
                fact(
                        "an accepted socket gets the suites of its listener",
                        s -> s.asServer()
                                .listener(l -> l.setEnabledCipherSuites(new String[] {suite(s, 256)}))
                                .established()
                                .server()
                                .getSession()
                                .getCipherSuite()
                                .equals(suite(s, 256)),
                        true),
                fact(
                        "suites set on the accepted socket",
                        s -> s.asServer()
                                .server(a -> a.setEnabledCipherSuites(new String[] {suite(s, 256)}))
                                .established()
                                .server()
                                .getSession()
                                .getCipherSuite()
                                .equals(suite(s, 256)),
                        true),
                fact(
                        "suites set on the client",
                        s -> s.asClient()
                                .client(c -> c.setEnabledCipherSuites(new String[] {suite(s, 256)}))
                                .established()
                                .client()
                                .getSession()
                                .getCipherSuite()
                                .equals(suite(s, 256)),
                        true),
                fact(
                        "suites of the client's parameters",
                        s -> s.asClient()
                                .clientParameters(p -> p.setCipherSuites(new String[] {suite(s, 256)}))
                                .established()
                                .client()
                                .getSession()
                                .getCipherSuite()
                                .equals(suite(s, 256)),
                        true),
                fact(
                        "a suite that is not supported beside one that is",
                        s -> s.asClient()
                                .client(c -> c.setEnabledCipherSuites(new String[] {CBC_12, suite(s, 128)}))
                                .server(a -> a.setEnabledCipherSuites(new String[] {suite(s, 128)}))
                                .established()
                                .client()
                                .getSession()
                                .getCipherSuite()
                                .equals(suite(s, 128)),
                        true),
                fact(
                        "no suite in common, at the client",
                        s -> failure(s.asClient()
                                .client(c -> c.setEnabledCipherSuites(new String[] {suite(s, 128)}))
                                .server(a -> a.setEnabledCipherSuites(new String[] {suite(s, 256)}))),
                        "SSLHandshakeException"),
                fact(
                        "no suite in common, at the server",
                        s -> serverFailure(s.asServer()
                                .client(c -> c.setEnabledCipherSuites(new String[] {suite(s, 128)}))
                                .server(a -> a.setEnabledCipherSuites(new String[] {suite(s, 256)}))),
                        "SSLHandshakeException"),
                fact(
                        "no enabled suite is for the enabled versions",
                        s -> failure(s.asClient()
                                .client(c -> c.setEnabledCipherSuites(
                                        new String[] {s.version().equals(TLS12) ? AES128_13 : AES128_12}))),
                        "SSLHandshakeException"),
                fact(
                                "no suites",
                                s -> failure(s.asClient().client(c -> c.setEnabledCipherSuites(new String[0]))),
                                "SSLHandshakeException")
                        .ours("SSLHandshakeException|IllegalArgumentException", SocketSettingsTest.NOTHING_REMAINS),
                fact(
                                "no protocols",
                                s -> failure(s.asClient().client(c -> c.setEnabledProtocols(new String[0]))),
                                "SSLHandshakeException")
                        .ours("SSLHandshakeException|IllegalArgumentException", SocketSettingsTest.NOTHING_REMAINS),
                fact(
                                "only protocols that ParkTLS does not speak",
                                s -> failure(s.asClient().client(c -> c.setEnabledProtocols(new String[] {"TLSv1.1"}))),
                                "SSLHandshakeException")
                        .ours("SSLHandshakeException|IllegalArgumentException", "nothing remains of the setting"),
                fact(
                                "a suite for a key that the server does not have",
                                s -> failure(s.asServer().client(c -> c.setEnabledCipherSuites(new String[] {RSA_12}))),
                                "SSLHandshakeException")
                        .in(TLS12)));
    }

    private static String[] other(Subject s) {
        return new String[] {s.version().equals(TLS12) ? TLS13 : TLS12};
    }

    @TestFactory
    Stream<DynamicNode> suiteOrder() {
        return Contract.ofBothEnds(List.of(
                order("default order of the server", true, null, BIG_FIRST, SMALL_FIRST, 256),
                order("useCipherSuitesOrder(true): the server's order", true, true, BIG_FIRST, SMALL_FIRST, 256),
                order("useCipherSuitesOrder(true): the server's other order", true, true, SMALL_FIRST, BIG_FIRST, 128),
                order("useCipherSuitesOrder(false): the client's order", true, false, BIG_FIRST, SMALL_FIRST, 128),
                order(
                        "useCipherSuitesOrder(false): the client's other order",
                        true,
                        false,
                        SMALL_FIRST,
                        BIG_FIRST,
                        256),
                order("useCipherSuitesOrder(false) on the listener", false, false, BIG_FIRST, SMALL_FIRST, 128),
                order("useCipherSuitesOrder(true) on the listener", false, true, BIG_FIRST, SMALL_FIRST, 256)));
    }

    private static Fact order(
            String name, boolean accepted, @Nullable Boolean useOrder, String[] server, String[] client, int bits) {
        Meeting.Setting<SSLParameters> setting = p -> {
            p.setCipherSuites(server);
            if (useOrder != null) {
                p.setUseCipherSuitesOrder(useOrder);
            }
        };
        return fact(
                name,
                s -> {
                    Meeting meeting = s.asServer().client(c -> c.setEnabledCipherSuites(client));
                    return bits((accepted ? meeting.serverParameters(setting) : meeting.listenerParameters(setting))
                            .established());
                },
                bits);
    }

    // ---- application protocols

    @TestFactory
    Stream<DynamicNode> applicationProtocols() {
        return Contract.ofBothEnds(List.of(
                alpn("both have it", names("h2"), names("h2"), "h2 h2"),
                alpn(
                        "the server's preference counts",
                        names("h2", "http/1.1"),
                        names("http/1.1", "h2"),
                        "http/1.1 http/1.1"),
                alpn("the client offers none", names(), names("h2"), " "),
                alpn("the server has none", names("h2"), names(), " "),
                fact(
                        "before the handshake",
                        s -> s.asClient().connect().client().getApplicationProtocol(),
                        null),
                fact(
                        "before the handshake, of the handshake",
                        s -> s.asClient().connect().client().getHandshakeApplicationProtocol(),
                        null),
                fact(
                        "after the handshake, of the handshake",
                        s -> s.asClient()
                                .clientParameters(p -> p.setApplicationProtocols(names("h2")))
                                .serverParameters(p -> p.setApplicationProtocols(names("h2")))
                                .established()
                                .client()
                                .getHandshakeApplicationProtocol(),
                        null),
                fact(
                        "nothing in common, at the client",
                        s -> failure(alpn(s.asClient(), names("h2"), names("http/1.1"))),
                        "SSLHandshakeException"),
                fact(
                        "nothing in common, at the server",
                        s -> serverFailure(alpn(s.asServer(), names("h2"), names("http/1.1"))),
                        "SSLHandshakeException"),
                fact(
                        "names are bytes",
                        s -> text(alpn(s.asClient(), names("\u00ff\u0080"), names("\u00ff\u0080"))
                                .established()),
                        "\u00ff\u0080 \u00ff\u0080"),
                fact(
                        "set on the listener",
                        s -> text(s.asServer()
                                .clientParameters(p -> p.setApplicationProtocols(names("h2")))
                                .listenerParameters(p -> p.setApplicationProtocols(names("h2")))
                                .established()),
                        "h2 h2"),
                selector("the selector chooses", (socket, offered) -> "b", "b b"),
                selector("the selector's choice counts before the parameters", (socket, offered) -> "a", "a a"),
                selector("the selector chooses none with an empty string", (socket, offered) -> "", " "),
                selector("the selector refuses with null", (socket, offered) -> null, "SSLHandshakeException"),
                selector(
                        "the selector chooses what was not offered", (socket, offered) -> "c", "SSLHandshakeException"),
                selector(
                        "the selector sees what the client offers",
                        (socket, offered) -> offered.equals(List.of("a", "b")) ? "a" : null,
                        "a a"),
                selector(
                        "the selector sees its socket",
                        (socket, offered) -> socket.getUseClientMode() ? null : "a",
                        "a a"),
                selector(
                        "the selector sees the handshake's session",
                        (socket, offered) -> socket.getHandshakeSession() == null ? null : "a",
                        "a a"),
                fact(
                        "the selector fails, at the server",
                        s -> serverFailure(s.asServer()
                                .clientParameters(p -> p.setApplicationProtocols(names("a")))
                                .server(a -> a.setHandshakeApplicationProtocolSelector((socket, offered) -> {
                                    throw new IllegalStateException("selector");
                                }))),
                        "SSLException|SSLHandshakeException|IllegalStateException"),
                fact(
                        "without an offer the selector is not called",
                        s -> {
                            AtomicReference<Object> called = new AtomicReference<>("not called");
                            s.asServer()
                                    .server(a -> a.setHandshakeApplicationProtocolSelector((socket, offered) -> {
                                        called.set(offered);
                                        return "";
                                    }))
                                    .established();
                            return called.get();
                        },
                        "not called")));
    }

    private interface Selector {
        @Nullable
        String select(SSLSocket socket, List<String> offered);
    }

    private static Fact selector(String name, Selector selector, String result) {
        return fact(
                name,
                s -> {
                    Meeting meeting = s.asServer()
                            .clientParameters(p -> p.setApplicationProtocols(names("a", "b")))
                            .server(a -> a.setHandshakeApplicationProtocolSelector(selector::select))
                            .serverParameters(p -> p.setApplicationProtocols(names("b", "a")));
                    return text(meeting.established());
                },
                result);
    }

    private static String[] names(String... names) {
        return names;
    }

    private static Meeting alpn(Meeting meeting, String[] client, String[] server) {
        return meeting.clientParameters(p -> p.setApplicationProtocols(client))
                .serverParameters(p -> p.setApplicationProtocols(server));
    }

    private static Fact alpn(String name, String[] client, String[] server, String result) {
        return fact(
                name,
                s -> text(alpn(s.asClient(), client, server).established()) + "\u2225"
                        + text(alpn(s.asServer(), client, server).established()),
                new Repeated(result));
    }

    /** A result that both roles must have. */
    private record Repeated(String result) {
        @Override
        public String toString() {
            return result + "\u2225" + result;
        }
    }

    private static String text(Meeting.Ends ends) {
        return ends.client().getApplicationProtocol() + " " + ends.server().getApplicationProtocol();
    }

    // ---- server names

    @TestFactory
    Stream<DynamicNode> serverNames() {
        return Contract.ofBothEnds(List.of(
                sni("the host by default", p -> {}, "[example.test]"),
                sni(
                        "another name",
                        p -> p.setServerNames(List.of(new SNIHostName("other.example"))),
                        "[other.example]"),
                sni("an empty list", p -> p.setServerNames(List.of()), "[]"),
                fact(
                        "an address is no name",
                        s -> names(s.asClient().host("127.0.0.1").established().server()),
                        "[]"),
                fact(
                                "a host without a dot is not sent",
                                s -> names(s.asClient()
                                        .host("localhost")
                                        .established()
                                        .server()),
                                "[]")
                        .ours("[]|[localhost]", "RFC 6066 3 does not require a dot, and OpenSSL sends such names"),
                fact(
                        "a trailing dot is not sent",
                        s -> names(
                                s.asClient().host("example.test.").established().server()),
                        "[]|[example.test]"),
                fact(
                        "the client's own view",
                        s -> names(s.asClient().established().client()),
                        "[example.test]"),
                fact(
                        "a matcher that matches",
                        s -> failure(s.asServer()
                                .serverParameters(p ->
                                        p.setSNIMatchers(List.of(SNIHostName.createSNIMatcher("example[.]test"))))),
                        null),
                fact(
                        "a matcher that does not match, at the client",
                        s -> failure(s.asServer()
                                .serverParameters(
                                        p -> p.setSNIMatchers(List.of(SNIHostName.createSNIMatcher("other"))))),
                        "SSLHandshakeException|SSLException|SSLProtocolException"),
                fact(
                        "a matcher that does not match, at the server",
                        s -> serverFailure(s.asServer()
                                .serverParameters(
                                        p -> p.setSNIMatchers(List.of(SNIHostName.createSNIMatcher("other"))))),
                        "SSLHandshakeException|SSLException|SSLProtocolException"),
                fact(
                        "a matcher that does not match: unrecognized_name",
                        s -> message(failure(s.asServer()
                                        .serverParameters(
                                                p -> p.setSNIMatchers(List.of(SNIHostName.createSNIMatcher("other"))))))
                                .contains("unrecognized_name"),
                        true),
                fact(
                        "a matcher of the listener",
                        s -> serverFailure(s.asServer()
                                .listenerParameters(
                                        p -> p.setSNIMatchers(List.of(SNIHostName.createSNIMatcher("other"))))),
                        "SSLHandshakeException|SSLException|SSLProtocolException"),
                fact(
                        "only a matcher of another type of name",
                        s -> serverFailure(
                                s.asServer().serverParameters(p -> p.setSNIMatchers(List.of(new OtherType())))),
                        "SSLHandshakeException"),
                fact(
                        "no matchers",
                        s -> failure(s.asServer().serverParameters(p -> p.setSNIMatchers(List.of()))),
                        null),
                fact(
                        "no name for a matcher",
                        s -> failure(s.asServer()
                                .clientParameters(p -> p.setServerNames(List.of()))
                                .serverParameters(
                                        p -> p.setSNIMatchers(List.of(SNIHostName.createSNIMatcher("other"))))),
                        null)));
    }

    private static String message(@Nullable Object failure) {
        return String.valueOf(failure);
    }

    private static Fact sni(String name, Meeting.Setting<SSLParameters> setting, String result) {
        return fact(
                name + ", as client and as server",
                s -> names(s.asClient().clientParameters(setting).established().server()) + "\u2225"
                        + names(s.asServer()
                                .clientParameters(setting)
                                .established()
                                .server()),
                new Repeated(result));
    }

    private static String names(SSLSocket socket) {
        List<SNIServerName> names = ((ExtendedSSLSession) socket.getSession()).getRequestedServerNames();
        return names.stream()
                .map(name -> new String(name.getEncoded(), StandardCharsets.US_ASCII))
                .toList()
                .toString();
    }

    /** Matches nothing of a type that no client sends. */
    private static final class OtherType extends SNIMatcher {
        OtherType() {
            super(77);
        }

        @Override
        public boolean matches(SNIServerName name) {
            return false;
        }
    }

    // ---- groups and schemes

    @TestFactory
    Stream<DynamicNode> groupsAndSchemes() {
        return Contract.ofBothEnds(List.of(
                groups("the same group", new String[] {"secp256r1"}, new String[] {"secp256r1"}, null),
                groups("another group first", new String[] {"x25519", "secp256r1"}, new String[] {"secp256r1"}, null),
                groups(
                        "no group in common",
                        new String[] {"x25519"},
                        new String[] {"secp256r1"},
                        "SSLHandshakeException|SSLProtocolException"),
                groups(
                        "a group that nobody knows beside another",
                        new String[] {"nonsense", "secp256r1"},
                        new String[] {"secp256r1"},
                        null),
                groups(
                        "a group that ParkTLS does not have beside another",
                        new String[] {"ffdhe2048", "secp256r1"},
                        new String[] {"secp256r1"},
                        null),
                schemes("the same scheme", "ecdsa_secp256r1_sha256", "ecdsa_secp256r1_sha256", null),
                schemes(
                        "no scheme for the server's key",
                        "rsa_pss_rsae_sha256",
                        "rsa_pss_rsae_sha256",
                        "SSLHandshakeException"),
                fact(
                        "a scheme that nobody knows beside another",
                        s -> failure(s.asClient()
                                .clientParameters(p ->
                                        p.setSignatureSchemes(new String[] {"nonsense", "ecdsa_secp256r1_sha256"}))),
                        null),
                fact(
                                "schemes of the client choose the server's key",
                                s -> s.asServer()
                                        .serverHas(Credentials.of(
                                                TestPki.server(KeyKind.ECDSA_P256), TestPki.server(KeyKind.RSA_2048)))
                                        .clientParameters(p -> p.setSignatureSchemes(
                                                new String[] {"rsa_pss_rsae_sha256", "rsa_pkcs1_sha256"}))
                                        .established()
                                        .client()
                                        .getSession()
                                        .getPeerCertificates()[0]
                                        .getPublicKey()
                                        .getAlgorithm(),
                                "RSA")
                        .notForFactories("the credentials of this fact have two identities"),
                fact(
                        "algorithm constraints are asked about the chain",
                        s -> {
                            Recorder constraints = new Recorder(false);
                            return failure(s.asClient().clientParameters(p -> p.setAlgorithmConstraints(constraints)))
                                            == null
                                    && constraints.keys > 0;
                        },
                        true),
                fact(
                        "algorithm constraints that refuse the certificate's key",
                        s -> failure(s.asClient().clientParameters(p -> p.setAlgorithmConstraints(new Recorder(true)))),
                        "SSLHandshakeException"),
                fact(
                        "algorithm constraints of the server refuse the client's key",
                        s -> serverFailure(
                                s.asServer().clientHas(Credentials.CLIENT).serverParameters(p -> {
                                    p.setNeedClientAuth(true);
                                    p.setAlgorithmConstraints(new Recorder(true));
                                })),
                        "SSLHandshakeException")));
    }

    private static Fact groups(String name, String[] client, String[] server, @Nullable String result) {
        return fact(
                name,
                s -> failure(s.asClient()
                        .clientParameters(p -> p.setNamedGroups(client))
                        .serverParameters(p -> p.setNamedGroups(server))),
                result);
    }

    private static Fact schemes(String name, String client, String server, @Nullable String result) {
        return fact(
                name,
                s -> failure(s.asClient()
                        .clientParameters(p -> p.setSignatureSchemes(new String[] {client}))
                        .serverParameters(p -> p.setSignatureSchemes(new String[] {server}))),
                result);
    }

    /** Constraints that count the keys they are asked about, and may refuse elliptic-curve keys. */
    private static final class Recorder implements AlgorithmConstraints {
        private final boolean refuses;
        private int keys;

        Recorder(boolean refuses) {
            this.refuses = refuses;
        }

        private boolean permits(@Nullable Key key) {
            keys++;
            return !refuses
                    || key == null
                    || !key.getAlgorithm().equals("EC")
                    || key instanceof java.security.PrivateKey;
        }

        @Override
        public boolean permits(Set<CryptoPrimitive> primitives, String algorithm, AlgorithmParameters parameters) {
            return true;
        }

        @Override
        public boolean permits(Set<CryptoPrimitive> primitives, Key key) {
            return permits(key);
        }

        @Override
        public boolean permits(
                Set<CryptoPrimitive> primitives, String algorithm, Key key, AlgorithmParameters parameters) {
            return permits(key);
        }
    }
}
