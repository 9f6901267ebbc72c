package io.parktls.sockets.jsse.contract;

import static io.parktls.sockets.jsse.contract.Fact.allowed;
import static io.parktls.sockets.jsse.contract.Fact.fact;
import static io.parktls.sockets.jsse.contract.Fact.refused;
import static io.parktls.sockets.jsse.contract.Meeting.clientFailure;
import static io.parktls.sockets.jsse.contract.SocketSettingsTest.nullOf;

import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import java.net.Socket;
import java.security.KeyManagementException;
import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/** {@code SSLContext} and {@code SSLSessionContext}. */
final class ContextTest {
    private static final String NO_CONTEXT = "the factories have no SSLContext";
    private static final String ONLY_TLS = "ParkTLS leaves what it does not speak to the next provider";

    /** A trust manager that trusts everyone. */
    private static final X509TrustManager PLAIN = new X509TrustManager() {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    };

    /** Neither of the known kinds. */
    private static final class UnknownManager implements TrustManager, KeyManager {}

    private static SSLContext initialized(Subject s) throws Exception {
        return s.tested().context(Credentials.SERVER);
    }

    private static Fact context(Fact fact) {
        return fact.notForFactories(NO_CONTEXT);
    }

    @TestFactory
    Stream<DynamicNode> protocols() {
        return Contract.ofOneEnd(Stream.of(
                        allowed("TLS", s -> s.tested().newContext("TLS")),
                        allowed("TLSv1.2", s -> s.tested().newContext("TLSv1.2")),
                        allowed("TLSv1.3", s -> s.tested().newContext("TLSv1.3")),
                        allowed("Default", s -> s.tested().newContext("Default")),
                        allowed("tlsv1.3", s -> s.tested().newContext("tlsv1.3")),
                        allowed("SSL", s -> s.tested().newContext("SSL")),
                        allowed("TLSv1", s -> s.tested().newContext("TLSv1"))
                                .provider("NoSuchAlgorithmException", ONLY_TLS),
                        allowed("TLSv1.1", s -> s.tested().newContext("TLSv1.1"))
                                .provider("NoSuchAlgorithmException", ONLY_TLS),
                        allowed("DTLS", s -> s.tested().newContext("DTLS"))
                                .provider("NoSuchAlgorithmException", ONLY_TLS),
                        refused("nonsense", s -> s.tested().newContext("nonsense"), NoSuchAlgorithmException.class),
                        fact("TLS: getProtocol()", s -> initialized(s).getProtocol(), "TLS"),
                        enabled("TLS", "[TLSv1.2, TLSv1.3]", "[TLSv1.2, TLSv1.3]"),
                        enabled("TLSv1.3", "[TLSv1.2, TLSv1.3]", "[TLSv1.2, TLSv1.3]"),
                        enabled("TLSv1.2", "[TLSv1.2]", "[TLSv1.2, TLSv1.3]"))
                .map(ContextTest::context)
                .toList());
    }

    private static Fact enabled(String protocol, String clients, String servers) {
        return fact(
                protocol + ": enabled protocols of clients and servers",
                s -> {
                    SSLContext context = s.tested().newContext(protocol);
                    context.init(null, null, null);
                    SSLSocket client =
                            s.closing((SSLSocket) context.getSocketFactory().createSocket());
                    return sorted(client.getEnabledProtocols()) + ", "
                            + sorted(s.closing((javax.net.ssl.SSLServerSocket)
                                            context.getServerSocketFactory().createServerSocket())
                                    .getEnabledProtocols());
                },
                clients + ", " + servers);
    }

    private static List<String> sorted(String[] names) {
        return Arrays.stream(names).sorted().toList();
    }

    @TestFactory
    Stream<DynamicNode> initialization() {
        return Contract.ofOneEnd(Stream.of(
                        refused(
                                "getSocketFactory() before init",
                                s -> s.tested().newContext("TLS").getSocketFactory(),
                                IllegalStateException.class),
                        refused(
                                "getServerSocketFactory() before init",
                                s -> s.tested().newContext("TLS").getServerSocketFactory(),
                                IllegalStateException.class),
                        refused(
                                        "createSSLEngine() before init",
                                        s -> s.tested().newContext("TLS").createSSLEngine(),
                                        IllegalStateException.class)
                                .provider(
                                        "IllegalStateException|UnsupportedOperationException",
                                        "engines come with the next issue"),
                        allowed(
                                "getClientSessionContext() before init",
                                s -> s.tested().newContext("TLS").getClientSessionContext()),
                        allowed(
                                "getServerSessionContext() before init",
                                s -> s.tested().newContext("TLS").getServerSessionContext()),
                        refused(
                                "getDefaultSSLParameters() before init",
                                s -> s.tested().newContext("TLS").getDefaultSSLParameters(),
                                IllegalStateException.class),
                        refused(
                                "getSupportedSSLParameters() before init",
                                s -> s.tested().newContext("TLS").getSupportedSSLParameters(),
                                IllegalStateException.class),
                        allowed(
                                "init(null, null, null)",
                                s -> s.tested().newContext("TLS").init(null, null, null)),
                        allowed(
                                "init({}, {}, null)",
                                s -> s.tested().newContext("TLS").init(new KeyManager[0], new TrustManager[0], null)),
                        allowed(
                                "init of an unknown key manager",
                                s -> s.tested()
                                        .newContext("TLS")
                                        .init(new KeyManager[] {new UnknownManager()}, null, null)),
                        allowed(
                                "init of an unknown trust manager",
                                s -> s.tested()
                                        .newContext("TLS")
                                        .init(null, new TrustManager[] {new UnknownManager()}, null)),
                        allowed(
                                "init of a plain trust manager",
                                s -> s.tested().newContext("TLS").init(null, new TrustManager[] {PLAIN}, null)),
                        allowed(
                                "init of {null}",
                                s -> s.tested()
                                        .newContext("TLS")
                                        .init(new KeyManager[] {nullOf()}, new TrustManager[] {nullOf()}, null)),
                        allowed("init twice", s -> initialized(s).init(null, null, null)),
                        refused(
                                "init of the default context",
                                s -> s.tested().newContext("Default").init(null, null, null),
                                KeyManagementException.class),
                        allowed(
                                "getSocketFactory() of the default context",
                                s -> s.tested()
                                        .newContext("Default")
                                        .getSocketFactory()
                                        .createSocket()
                                        .close()))
                .map(ContextTest::context)
                .toList());
    }

    @TestFactory
    Stream<DynamicNode> parameters() {
        return Contract.ofOneEnd(Stream.of(
                        fact(
                                "getDefaultSSLParameters(): protocols",
                                s -> sorted(
                                        initialized(s).getDefaultSSLParameters().getProtocols()),
                                "[TLSv1.2, TLSv1.3]"),
                        fact(
                                "getDefaultSSLParameters(): suites of both versions",
                                s -> Arrays.asList(initialized(s)
                                                .getDefaultSSLParameters()
                                                .getCipherSuites())
                                        .containsAll(List.of(
                                                "TLS_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256")),
                                true),
                        fact(
                                "getDefaultSSLParameters(): no identification",
                                s -> initialized(s).getDefaultSSLParameters().getEndpointIdentificationAlgorithm(),
                                null),
                        fact(
                                "getDefaultSSLParameters(): no client authentication",
                                s -> initialized(s).getDefaultSSLParameters().getNeedClientAuth()
                                        || initialized(s)
                                                .getDefaultSSLParameters()
                                                .getWantClientAuth(),
                                false),
                        fact(
                                "getDefaultSSLParameters() returns a copy",
                                s -> {
                                    SSLContext context = initialized(s);
                                    context.getDefaultSSLParameters().setApplicationProtocols(new String[] {"h2"});
                                    return context.getDefaultSSLParameters().getApplicationProtocols();
                                },
                                "[]"),
                        fact(
                                "getSupportedSSLParameters(): protocols",
                                s -> Arrays.asList(initialized(s)
                                                .getSupportedSSLParameters()
                                                .getProtocols())
                                        .containsAll(List.of("TLSv1.2", "TLSv1.3")),
                                true),
                        fact(
                                "getSupportedSSLParameters(): suites contain the default ones",
                                s -> Arrays.asList(initialized(s)
                                                .getSupportedSSLParameters()
                                                .getCipherSuites())
                                        .containsAll(Arrays.asList(initialized(s)
                                                .getDefaultSSLParameters()
                                                .getCipherSuites())),
                                true),
                        fact(
                                "suites of the socket factory are those of its sockets",
                                s -> {
                                    SSLContext context = initialized(s);
                                    SSLSocket socket = s.closing((SSLSocket)
                                            context.getSocketFactory().createSocket());
                                    return Arrays.equals(
                                                    context.getSocketFactory().getDefaultCipherSuites(),
                                                    socket.getEnabledCipherSuites())
                                            + " "
                                            + Arrays.equals(
                                                    context.getSocketFactory().getSupportedCipherSuites(),
                                                    socket.getSupportedCipherSuites());
                                },
                                "true true"),
                        fact(
                                "toString() of the factories is not empty",
                                s -> initialized(s)
                                                .getSocketFactory()
                                                .toString()
                                                .isEmpty()
                                        || initialized(s)
                                                .getServerSocketFactory()
                                                .toString()
                                                .isEmpty(),
                                false))
                .map(ContextTest::context)
                .toList());
    }

    @TestFactory
    Stream<DynamicNode> sessionContexts() {
        return Contract.ofOneEnd(Stream.of(
                        fact(
                                "client and server contexts differ",
                                s -> {
                                    SSLContext context = initialized(s);
                                    return context.getClientSessionContext() == context.getServerSessionContext();
                                },
                                false),
                        fact(
                                "the same context each time",
                                s -> {
                                    SSLContext context = initialized(s);
                                    return context.getClientSessionContext() == context.getClientSessionContext();
                                },
                                true),
                        fact("getSessionTimeout(), default", s -> sessions(s).getSessionTimeout(), 86_400),
                        fact("getSessionCacheSize(), default", s -> sessions(s).getSessionCacheSize(), 20_480),
                        fact(
                                "setSessionTimeout(100)",
                                s -> {
                                    SSLSessionContext sessions = sessions(s);
                                    sessions.setSessionTimeout(100);
                                    return sessions.getSessionTimeout();
                                },
                                100),
                        fact(
                                "setSessionTimeout(0)",
                                s -> {
                                    SSLSessionContext sessions = sessions(s);
                                    sessions.setSessionTimeout(0);
                                    return sessions.getSessionTimeout();
                                },
                                0),
                        fact(
                                "setSessionCacheSize(100)",
                                s -> {
                                    SSLSessionContext sessions = sessions(s);
                                    sessions.setSessionCacheSize(100);
                                    return sessions.getSessionCacheSize();
                                },
                                100),
                        fact(
                                "setSessionCacheSize(0)",
                                s -> {
                                    SSLSessionContext sessions = sessions(s);
                                    sessions.setSessionCacheSize(0);
                                    return sessions.getSessionCacheSize();
                                },
                                0),
                        refused(
                                "setSessionTimeout(-1)",
                                s -> sessions(s).setSessionTimeout(-1),
                                IllegalArgumentException.class),
                        refused(
                                "setSessionCacheSize(-1)",
                                s -> sessions(s).setSessionCacheSize(-1),
                                IllegalArgumentException.class),
                        fact(
                                "getIds() of a new context",
                                s -> Collections.list(sessions(s).getIds()),
                                "[]"),
                        fact("getSession of an unknown id", s -> sessions(s).getSession(new byte[32]), null),
                        refused("getSession(null)", s -> sessions(s).getSession(nullOf()), NullPointerException.class))
                .map(ContextTest::context)
                .toList());
    }

    private static SSLSessionContext sessions(Subject s) throws Exception {
        return initialized(s).getServerSessionContext();
    }

    /** Which of several managers counts, and what happens without any. */
    @TestFactory
    Stream<DynamicNode> managers() {
        X509Certificate otherAuthority = TestPki.ca(KeyKind.ED25519);
        return Contract.ofBothEnds(Stream.of(
                        fact(
                                "the first trust manager counts, not the second",
                                s -> clientFailure(s.asClient()
                                        .clientHas(trusts(
                                                PLAIN,
                                                Credentials.ANONYMOUS
                                                        .trusting(otherAuthority)
                                                        .trustManager()))),
                                null),
                        fact(
                                "the second trust manager does not count",
                                s -> clientFailure(s.asClient()
                                        .clientHas(trusts(
                                                Credentials.ANONYMOUS
                                                        .trusting(otherAuthority)
                                                        .trustManager(),
                                                PLAIN))),
                                "SSLHandshakeException"),
                        fact(
                                "an unknown manager before a known one",
                                s -> clientFailure(s.asClient().clientHas(trusts(new UnknownManager(), PLAIN))),
                                null),
                        fact(
                                "only an unknown manager: no peer is trusted",
                                s -> clientFailure(s.asClient().clientHas(trusts(new UnknownManager()))),
                                "SSLHandshakeException"),
                        fact(
                                "no trust managers: no peer is trusted",
                                s -> clientFailure(s.asClient().clientHas(trusts())),
                                "SSLHandshakeException"),
                        fact(
                                "no key managers: no server",
                                s -> clientFailure(s.asServer().serverHas(Credentials.SERVER.with(new KeyManager[0]))),
                                "SSLHandshakeException"),
                        fact(
                                "the first key manager counts",
                                s -> s.asServer()
                                        .serverHas(Credentials.SERVER.with(
                                                Credentials.SERVER.keyManager(),
                                                Credentials.of(TestPki.server(KeyKind.RSA_2048))
                                                        .keyManager()))
                                        .established()
                                        .client()
                                        .getSession()
                                        .getPeerCertificates()[0]
                                        .getPublicKey()
                                        .getAlgorithm(),
                                "EC"),
                        fact(
                                "a factory keeps the managers of its time",
                                s -> {
                                    SSLContext context = s.tested().context(Credentials.SERVER);
                                    var factory = context.getSocketFactory();
                                    context.init(null, null, null);
                                    try (Socket socket = factory.createSocket()) {
                                        return socket.isClosed();
                                    }
                                },
                                false))
                .map(ContextTest::context)
                .toList());
    }

    private static Credentials trusts(TrustManager... managers) {
        return Credentials.ANONYMOUS.with(managers);
    }
}
