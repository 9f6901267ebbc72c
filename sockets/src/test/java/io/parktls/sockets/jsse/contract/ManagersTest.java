package io.parktls.sockets.jsse.contract;

import static io.parktls.sockets.jsse.contract.Contract.TLS12;
import static io.parktls.sockets.jsse.contract.Contract.TLS13;
import static io.parktls.sockets.jsse.contract.Fact.fact;

import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import java.io.IOException;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509KeyManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/** How key managers and trust managers are asked during the handshake, and how their answers end. */
final class ManagersTest {
    private static final String NO_MANAGERS = "the factories take identities and trust from a TlsContext";

    /** What a manager is asked. */
    private static final class Calls {
        private final List<String> names = new CopyOnWriteArrayList<>();
        private final List<Socket> sockets = new CopyOnWriteArrayList<>();
        private final List<String> sessions = new CopyOnWriteArrayList<>();

        void add(String name, @Nullable Socket socket) {
            names.add(name);
            if (socket instanceof SSLSocket tls) {
                sockets.add(tls);
                SSLSession session = tls.getHandshakeSession();
                if (session instanceof ExtendedSSLSession extended) {
                    sessions.add(session.getProtocol() + " "
                            + extended.getRequestedServerNames().stream()
                                    .map(name1 -> ((SNIHostName) name1).getAsciiName())
                                    .toList()
                            + " " + session.getCipherSuite().equals("SSL_NULL_WITH_NULL_NULL")
                            + " " + session.isValid());
                    schemes.add(extended.getPeerSupportedSignatureAlgorithms());
                    localSchemes.add(extended.getLocalSupportedSignatureAlgorithms());
                }
            }
        }

        private final List<String[]> schemes = new CopyOnWriteArrayList<>();
        private final List<String[]> localSchemes = new CopyOnWriteArrayList<>();
    }

    /** Records which extended methods are called. */
    private static final class RecordingKeyManager extends FixedKeyManager {
        private final Calls calls = new Calls();
        private final List<String> keyTypes = new CopyOnWriteArrayList<>();
        private final List<Principal> issuers = new CopyOnWriteArrayList<>();

        RecordingKeyManager(Credentials credentials) {
            super(credentials.keyManager());
        }

        @Override
        public @Nullable String chooseClientAlias(
                String[] types, Principal @Nullable [] authorities, @Nullable Socket socket) {
            calls.add("chooseClientAlias", socket);
            keyTypes.addAll(Arrays.asList(types));
            if (authorities != null) {
                issuers.addAll(Arrays.asList(authorities));
            }
            return super.chooseClientAlias(types, authorities, socket);
        }

        @Override
        public @Nullable String chooseServerAlias(
                String type, Principal @Nullable [] authorities, @Nullable Socket socket) {
            calls.add("chooseServerAlias", socket);
            keyTypes.add(type);
            // Only for its own key type, as the key managers of the JDK do.
            return type.equals("EC") || type.startsWith("EC_")
                    ? super.chooseServerAlias(type, authorities, socket)
                    : null;
        }
    }

    /** Delegates to another key manager with the plain interface only. */
    private record PlainKeyManager(X509KeyManager keys) implements X509KeyManager {
        @Override
        public String @Nullable [] getClientAliases(String type, Principal @Nullable [] issuers) {
            return keys.getClientAliases(type, issuers);
        }

        @Override
        public @Nullable String chooseClientAlias(
                String[] types, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return keys.chooseClientAlias(types, issuers, socket);
        }

        @Override
        public String @Nullable [] getServerAliases(String type, Principal @Nullable [] issuers) {
            return keys.getServerAliases(type, issuers);
        }

        @Override
        public @Nullable String chooseServerAlias(
                String type, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return keys.chooseServerAlias(type, issuers, socket);
        }

        @Override
        public X509Certificate @Nullable [] getCertificateChain(String alias) {
            return keys.getCertificateChain(alias);
        }

        @Override
        public @Nullable PrivateKey getPrivateKey(String alias) {
            return keys.getPrivateKey(alias);
        }
    }

    private static List<Fact> withoutFactories(Fact... facts) {
        return Arrays.stream(facts)
                .map(fact -> fact.notForFactories(NO_MANAGERS))
                .toList();
    }

    // ---- key managers

    @TestFactory
    Stream<DynamicNode> serverKeyManagers() {
        return Contract.ofBothEnds(withoutFactories(
                server(
                        "chooseServerAlias is called",
                        (manager, ends) -> manager.calls.names.contains("chooseServerAlias"),
                        true),
                server(
                        "only chooseServerAlias chooses",
                        (manager, ends) -> manager.calls.names.contains("chooseClientAlias"),
                        false),
                server("the key type EC is asked for", (manager, ends) -> manager.keyTypes.contains("EC"), true),
                server("the socket is passed", (manager, ends) -> manager.calls.sockets.contains(ends.server()), true),
                server(
                        "each call gets the socket",
                        (manager, ends) -> manager.calls.sockets.size() == manager.calls.names.size(),
                        true),
                server(
                        "the handshake's session has version and server names",
                        (manager, ends) -> manager.calls
                                .sessions
                                .getFirst()
                                .startsWith(ends.server().getSession().getProtocol() + " [example.test]"),
                        true),
                server(
                        "the handshake's session has the peer's signature algorithms",
                        (manager, ends) ->
                                Arrays.asList(manager.calls.schemes.getFirst()).contains("SHA256withECDSA"),
                        true),
                server(
                        "afterwards there is no handshake session",
                        (manager, ends) -> ends.server().getHandshakeSession(),
                        null),
                fact(
                        "a plain key manager",
                        s -> NegotiationTest.failure(s.asServer()
                                .serverHas(
                                        Credentials.SERVER.with(new PlainKeyManager(Credentials.SERVER.keyManager())))),
                        null),
                serverFails(
                        "chooses no alias",
                        new FixedKeyManager(Credentials.SERVER.keyManager()) {
                            @Override
                            public @Nullable String chooseServerAlias(
                                    String type, Principal @Nullable [] issuers, @Nullable Socket socket) {
                                return null;
                            }
                        },
                        "SSLHandshakeException"),
                serverFails(
                        "chooses an unknown alias",
                        new FixedKeyManager(Credentials.SERVER.keyManager()) {
                            @Override
                            public @Nullable String chooseServerAlias(
                                    String type, Principal @Nullable [] issuers, @Nullable Socket socket) {
                                return "nonsense";
                            }
                        },
                        "SSLHandshakeException"),
                serverFails(
                        "has no key",
                        new FixedKeyManager(Credentials.SERVER.keyManager()) {
                            @Override
                            public @Nullable PrivateKey getPrivateKey(String alias) {
                                return null;
                            }
                        },
                        "SSLHandshakeException"),
                serverFails(
                        "has an empty chain",
                        new FixedKeyManager(Credentials.SERVER.keyManager()) {
                            @Override
                            public X509Certificate @Nullable [] getCertificateChain(String alias) {
                                return new X509Certificate[0];
                            }
                        },
                        "SSLHandshakeException"),
                serverFails(
                        "fails",
                        new FixedKeyManager(Credentials.SERVER.keyManager()) {
                            @Override
                            public @Nullable String chooseServerAlias(
                                    String type, Principal @Nullable [] issuers, @Nullable Socket socket) {
                                throw new IllegalStateException("key manager");
                            }
                        },
                        "SSLException|SSLHandshakeException"),
                fact(
                        "the client of a server without alias",
                        s -> NegotiationTest.failure(s.asClient().serverHas(Credentials.of())),
                        NegotiationTest.REFUSED_BY_PEER)));
    }

    private interface ServerCheck {
        @Nullable
        Object of(RecordingKeyManager manager, Meeting.Ends ends) throws Exception;
    }

    private static Fact server(String name, ServerCheck check, @Nullable Object result) {
        return fact(
                name,
                s -> {
                    RecordingKeyManager manager = new RecordingKeyManager(Credentials.SERVER);
                    return check.of(
                            manager,
                            s.asServer()
                                    .serverHas(Credentials.SERVER.with(manager))
                                    .established());
                },
                result);
    }

    private static Fact serverFails(String name, X509KeyManager manager, String result) {
        return fact(
                "a server whose key manager " + name,
                s -> NegotiationTest.serverFailure(s.asServer().serverHas(Credentials.SERVER.with(manager))),
                result);
    }

    @TestFactory
    Stream<DynamicNode> clientKeyManagers() {
        return Contract.ofBothEnds(withoutFactories(
                client(
                        "chooseClientAlias is called",
                        (manager, ends) -> manager.calls.names.contains("chooseClientAlias"),
                        true),
                client("the key type EC is asked for", (manager, ends) -> manager.keyTypes.contains("EC"), true),
                client("the key type RSA is asked for", (manager, ends) -> manager.keyTypes.contains("RSA"), true),
                client(
                        "the issuers are those that the server trusts",
                        (manager, ends) -> manager.issuers.contains(
                                TestPki.ca(KeyKind.ECDSA_P256).getSubjectX500Principal()),
                        true),
                client("the socket is passed", (manager, ends) -> manager.calls.sockets.contains(ends.client()), true),
                client(
                        "the handshake's session has the version",
                        (manager, ends) -> manager.calls
                                .sessions
                                .getFirst()
                                .startsWith(ends.client().getSession().getProtocol()),
                        true),
                client(
                        "the handshake's session has the peer's signature algorithms",
                        (manager, ends) ->
                                Arrays.asList(manager.calls.schemes.getFirst()).contains("SHA256withECDSA"),
                        true),
                client(
                        "the chosen certificate reaches the server",
                        (manager, ends) ->
                                ends.server().getSession().getPeerPrincipal().getName(),
                        "CN=test client"),
                fact(
                        "without a request it is not called",
                        s -> {
                            RecordingKeyManager manager = new RecordingKeyManager(Credentials.CLIENT);
                            s.asClient()
                                    .clientHas(Credentials.CLIENT.with(manager))
                                    .established();
                            return manager.calls.names;
                        },
                        "[]"),
                fact(
                        "a plain key manager",
                        s -> NegotiationTest.failure(s.asClient()
                                .clientHas(
                                        Credentials.CLIENT.with(new PlainKeyManager(Credentials.CLIENT.keyManager())))
                                .server(a -> a.setNeedClientAuth(true))),
                        null),
                clientFails(
                        "chooses no alias, want",
                        false,
                        new FixedKeyManager(Credentials.CLIENT.keyManager()) {
                            @Override
                            public @Nullable String chooseClientAlias(
                                    String[] types, Principal @Nullable [] issuers, @Nullable Socket socket) {
                                return null;
                            }
                        },
                        null),
                clientFails(
                        "chooses no alias, need",
                        true,
                        new FixedKeyManager(Credentials.CLIENT.keyManager()) {
                            @Override
                            public @Nullable String chooseClientAlias(
                                    String[] types, Principal @Nullable [] issuers, @Nullable Socket socket) {
                                return null;
                            }
                        },
                        NegotiationTest.REFUSED_BY_PEER),
                clientFails(
                        "chooses an unknown alias, want",
                        false,
                        new FixedKeyManager(Credentials.CLIENT.keyManager()) {
                            @Override
                            public @Nullable String chooseClientAlias(
                                    String[] types, Principal @Nullable [] issuers, @Nullable Socket socket) {
                                return "nonsense";
                            }
                        },
                        null),
                clientFails(
                        "fails",
                        false,
                        new FixedKeyManager(Credentials.CLIENT.keyManager()) {
                            @Override
                            public @Nullable String chooseClientAlias(
                                    String[] types, Principal @Nullable [] issuers, @Nullable Socket socket) {
                                throw new IllegalStateException("key manager");
                            }
                        },
                        "SSLException|SSLHandshakeException")));
    }

    private static Fact client(String name, ServerCheck check, @Nullable Object result) {
        return fact(
                name,
                s -> {
                    RecordingKeyManager manager = new RecordingKeyManager(Credentials.CLIENT);
                    return check.of(
                            manager,
                            s.asClient()
                                    .clientHas(Credentials.CLIENT.with(manager))
                                    .server(a -> a.setNeedClientAuth(true))
                                    .established());
                },
                result);
    }

    private static Fact clientFails(String name, boolean need, X509KeyManager manager, @Nullable String result) {
        return fact(
                "a client whose key manager " + name,
                s -> NegotiationTest.failure(
                        s.asClient().clientHas(Credentials.CLIENT.with(manager)).server(a -> {
                            if (need) {
                                a.setNeedClientAuth(true);
                            } else {
                                a.setWantClientAuth(true);
                            }
                        })),
                result);
    }

    // ---- trust managers

    /** Records the calls, and throws a failure if it has one. */
    private static final class RecordingTrustManager extends X509ExtendedTrustManager {
        private final Calls calls = new Calls();
        private final List<X509Certificate[]> chains = new CopyOnWriteArrayList<>();
        private final List<String> authTypes = new CopyOnWriteArrayList<>();
        private final @Nullable Exception failure;

        RecordingTrustManager(@Nullable Exception failure) {
            this.failure = failure;
        }

        private void check(String name, X509Certificate[] chain, String authType, @Nullable Socket socket)
                throws CertificateException {
            calls.add(name, socket);
            chains.add(chain);
            authTypes.add(authType);
            switch (failure) {
                case CertificateException e -> throw e;
                case RuntimeException e -> throw e;
                case null, default -> {}
            }
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
                throws CertificateException {
            check("checkClientTrusted with socket", chain, authType, socket);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
                throws CertificateException {
            check("checkServerTrusted with socket", chain, authType, socket);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
                throws CertificateException {
            check("checkClientTrusted with engine", chain, authType, null);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
                throws CertificateException {
            check("checkServerTrusted with engine", chain, authType, null);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            check("checkClientTrusted", chain, authType, null);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            check("checkServerTrusted", chain, authType, null);
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[] {TestPki.ca(KeyKind.ECDSA_P256)};
        }
    }

    /** The plain interface only. */
    private record PlainTrustManager(X509TrustManager trust) implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            trust.checkClientTrusted(chain, authType);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            trust.checkServerTrusted(chain, authType);
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return trust.getAcceptedIssuers();
        }
    }

    @TestFactory
    Stream<DynamicNode> trustManagers() {
        return Contract.ofBothEnds(withoutFactories(
                trusting(
                        "checkServerTrusted with the socket",
                        null,
                        (trust, ends) -> trust.calls.names,
                        "[checkServerTrusted with socket]"),
                trusting(
                        "the socket is passed",
                        null,
                        (trust, ends) -> trust.calls.sockets.equals(List.of(ends.client())),
                        true),
                trusting(
                        "the chain is the server's",
                        null,
                        (trust, ends) -> trust.chains.getFirst()[0].equals(
                                TestPki.server(KeyKind.ECDSA_P256).chain().getFirst()),
                        true),
                trusting("the authentication type in TLS 1.2", null, (trust, ends) -> trust.authTypes, "[ECDHE_ECDSA]")
                        .in(TLS12),
                trusting("the authentication type in TLS 1.3", null, (trust, ends) -> trust.authTypes, "[UNKNOWN]")
                        .in(TLS13),
                trusting(
                        "the handshake's session has the version",
                        null,
                        (trust, ends) -> trust.calls
                                .sessions
                                .getFirst()
                                .startsWith(ends.client().getSession().getProtocol()),
                        true),
                trusting(
                        "the handshake's session has local signature algorithms",
                        null,
                        (trust, ends) -> Arrays.asList(trust.calls.localSchemes.getFirst())
                                .contains("SHA256withECDSA"),
                        true),
                trusting(
                        "afterwards there is no handshake session",
                        null,
                        (trust, ends) -> ends.client().getHandshakeSession(),
                        null),
                fact(
                        "a failure is the cause",
                        s -> Observed.withCause(
                                s.asClient()
                                        .clientHas(Credentials.ANONYMOUS.with(
                                                new RecordingTrustManager(new CertificateException("no"))))
                                        .failures()
                                        .client(),
                                CertificateException.class),
                        "SSLHandshakeException caused by CertificateException"),
                fact(
                        "the failure itself is among the causes",
                        s -> {
                            CertificateException thrown = new CertificateException("no");
                            Throwable failure = s.asClient()
                                    .clientHas(Credentials.ANONYMOUS.with(new RecordingTrustManager(thrown)))
                                    .failures()
                                    .client();
                            while (failure != null && failure != thrown) {
                                failure = failure.getCause();
                            }
                            return failure == thrown;
                        },
                        true),
                fact(
                        "a runtime exception",
                        s -> Observed.withCause(
                                s.asClient()
                                        .clientHas(Credentials.ANONYMOUS.with(
                                                new RecordingTrustManager(new IllegalStateException("no"))))
                                        .failures()
                                        .client(),
                                IllegalStateException.class),
                        "SSLException caused by IllegalStateException|SSLHandshakeException caused by IllegalStateException|IllegalStateException caused by IllegalStateException"),
                fact(
                        "an extended trust manager verifies the host by itself",
                        s -> NegotiationTest.failure(s.asClient()
                                .host("other.example")
                                .clientHas(Credentials.ANONYMOUS.with(new RecordingTrustManager(null)))
                                .clientParameters(p -> p.setEndpointIdentificationAlgorithm("HTTPS"))),
                        null),
                fact(
                        "a plain trust manager, right host",
                        s -> NegotiationTest.failure(s.asClient()
                                .clientHas(plain())
                                .clientParameters(p -> p.setEndpointIdentificationAlgorithm("HTTPS"))),
                        null),
                fact(
                        "a plain trust manager, the host is verified too",
                        s -> Observed.withCause(
                                s.asClient()
                                        .host("other.example")
                                        .clientHas(plain())
                                        .clientParameters(p -> p.setEndpointIdentificationAlgorithm("HTTPS"))
                                        .failures()
                                        .client(),
                                CertificateException.class),
                        "SSLHandshakeException caused by CertificateException"),
                fact(
                        "a plain trust manager, no identification",
                        s -> NegotiationTest.failure(
                                s.asClient().host("other.example").clientHas(plain())),
                        null),
                fact(
                        "a server calls checkClientTrusted with the socket",
                        s -> {
                            RecordingTrustManager trust = new RecordingTrustManager(null);
                            Meeting.Ends ends = s.asServer()
                                    .clientHas(Credentials.CLIENT)
                                    .serverHas(Credentials.SERVER.with(trust))
                                    .server(a -> a.setNeedClientAuth(true))
                                    .established();
                            return trust.calls.names + " " + trust.calls.sockets.equals(List.of(ends.server()));
                        },
                        "[checkClientTrusted with socket] true"),
                fact(
                        "a server's trust manager is not called without a certificate",
                        s -> {
                            RecordingTrustManager trust = new RecordingTrustManager(null);
                            s.asServer()
                                    .serverHas(Credentials.SERVER.with(trust))
                                    .server(a -> a.setWantClientAuth(true))
                                    .established();
                            return trust.calls.names;
                        },
                        "[]"),
                fact(
                        "a server's trust manager refuses",
                        s -> Observed.withCause(
                                s.asServer()
                                        .clientHas(Credentials.CLIENT)
                                        .serverHas(Credentials.SERVER.with(
                                                new RecordingTrustManager(new CertificateException("no"))))
                                        .server(a -> a.setNeedClientAuth(true))
                                        .failures()
                                        .server(),
                                CertificateException.class),
                        "SSLHandshakeException caused by CertificateException"),
                fact(
                        "a plain trust manager of a server",
                        s -> NegotiationTest.serverFailure(s.asServer()
                                .clientHas(Credentials.CLIENT)
                                .serverHas(Credentials.SERVER.with(
                                        new PlainTrustManager(Credentials.SERVER.trustManager())))
                                .server(a -> a.setNeedClientAuth(true))),
                        null),
                fact(
                        "a server asks for the issuers of its trust manager",
                        s -> {
                            RecordingKeyManager keys = new RecordingKeyManager(Credentials.CLIENT);
                            s.asServer()
                                    .clientHas(Credentials.CLIENT.with(keys))
                                    .serverHas(Credentials.SERVER.with(new RecordingTrustManager(null)))
                                    .server(a -> a.setNeedClientAuth(true))
                                    .established();
                            return keys.issuers.stream()
                                    .map(Objects::toString)
                                    .distinct()
                                    .toList();
                        },
                        "[" + TestPki.ca(KeyKind.ECDSA_P256).getSubjectX500Principal() + "]")));
    }

    private static Credentials plain() throws IOException, java.security.GeneralSecurityException {
        return Credentials.ANONYMOUS.with(new PlainTrustManager(Credentials.ANONYMOUS.trustManager()));
    }

    private interface TrustCheck {
        @Nullable
        Object of(RecordingTrustManager trust, Meeting.Ends ends) throws Exception;
    }

    private static Fact trusting(String name, @Nullable Exception failure, TrustCheck check, @Nullable Object result) {
        return fact(
                name,
                s -> {
                    RecordingTrustManager trust = new RecordingTrustManager(failure);
                    return check.of(
                            trust,
                            s.asClient()
                                    .clientHas(Credentials.ANONYMOUS.with(trust))
                                    .established());
                },
                result);
    }
}
