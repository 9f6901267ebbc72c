package io.parktls.sockets.jsse.contract;

import static io.parktls.sockets.jsse.contract.Fact.fact;
import static io.parktls.sockets.jsse.contract.Meeting.clientFailure;
import static io.parktls.sockets.jsse.contract.Meeting.serverFailure;

import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import javax.net.ssl.X509KeyManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/** How key managers are asked during the handshake, and how their answers end. */
final class KeyManagersTest {
    @TestFactory
    Stream<DynamicNode> serverKeyManagers() {
        return Contract.ofBothEnds(Fact.notForFactories(
                Meeting.NO_MANAGERS,
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
                        s -> clientFailure(s.asServer()
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
                refusedTypes("EC"),
                refusedTypes("RSA"),
                refusedTypes("RSASSA-PSS"),
                refusedTypes("EdDSA"),
                fact(
                        "the client of a server without alias",
                        s -> clientFailure(s.asClient().serverHas(Credentials.of())),
                        Meeting.REFUSED_BY_PEER)));
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

    /** A server is asked for one key type after another until it has a key. */
    private static Fact refusedTypes(String type) {
        return fact(
                "a server without alias is asked for " + type,
                s -> {
                    Set<String> asked = ConcurrentHashMap.newKeySet();
                    FixedKeyManager manager = new FixedKeyManager(Credentials.SERVER.keyManager()) {
                        @Override
                        public @Nullable String chooseServerAlias(
                                String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
                            asked.add(keyType);
                            return null;
                        }
                    };
                    s.asServer().serverHas(Credentials.SERVER.with(manager)).failures();
                    return asked.contains(type);
                },
                true);
    }

    private static Fact serverFails(String name, X509KeyManager manager, String result) {
        return fact(
                "a server whose key manager " + name,
                s -> serverFailure(s.asServer().serverHas(Credentials.SERVER.with(manager))),
                result);
    }

    @TestFactory
    Stream<DynamicNode> clientKeyManagers() {
        return Contract.ofBothEnds(Fact.notForFactories(
                Meeting.NO_MANAGERS,
                client(
                        "chooseClientAlias is called",
                        (manager, ends) -> manager.calls.names.contains("chooseClientAlias"),
                        true),
                client("the key type EC is asked for", (manager, ends) -> manager.keyTypes.contains("EC"), true),
                client("the key type RSA is asked for", (manager, ends) -> manager.keyTypes.contains("RSA"), true),
                client(
                        "the key type RSASSA-PSS is asked for",
                        (manager, ends) -> manager.keyTypes.contains("RSASSA-PSS"),
                        true),
                client("the key type EdDSA is asked for", (manager, ends) -> manager.keyTypes.contains("EdDSA"), true),
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
                        s -> clientFailure(s.asClient()
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
                        Meeting.REFUSED_BY_PEER),
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
                s -> clientFailure(
                        s.asClient().clientHas(Credentials.CLIENT.with(manager)).server(a -> {
                            if (need) {
                                a.setNeedClientAuth(true);
                            } else {
                                a.setWantClientAuth(true);
                            }
                        })),
                result);
    }
}
