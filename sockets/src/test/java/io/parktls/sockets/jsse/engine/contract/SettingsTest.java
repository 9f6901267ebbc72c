package io.parktls.sockets.jsse.engine.contract;

import static io.parktls.sockets.jsse.engine.contract.EngineFact.fact;
import static io.parktls.sockets.jsse.engine.contract.EngineFact.shared;
import static io.parktls.sockets.jsse.engine.contract.EngineFact.unused;

import io.parktls.sockets.jsse.contract.Credentials;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/** The getters and setters of an engine. */
@SuppressWarnings("NullAway") // Null is one of the arguments.
final class SettingsTest {
    private static final Class<?> ARGUMENT = IllegalArgumentException.class;

    private interface Use {
        @Nullable
        Object of(SSLEngine engine) throws Exception;
    }

    private interface Call {
        void on(SSLEngine engine);
    }

    private static EngineFact engine(String name, Use use, @Nullable Object expected) {
        return fact(name, s -> use.of(s.engine()), expected);
    }

    private static EngineFact refused(String name, Call call) {
        return engine(
                name,
                engine -> {
                    call.on(engine);
                    return "returns";
                },
                ARGUMENT);
    }

    private static EngineFact peer(String name, String host, int port, String expected) {
        return fact(
                name,
                s -> {
                    SSLEngine engine = s.pairing()
                            .tested()
                            .sharedContext(Credentials.CLIENT)
                            .createSSLEngine(host, port);
                    return engine.getPeerHost() + " " + engine.getPeerPort();
                },
                expected);
    }

    @TestFactory
    Stream<DynamicNode> suitesAndProtocols() {
        return EngineContract.ofOneEngine(List.of(
                engine(
                        "protocols are supported",
                        engine -> List.of(engine.getSupportedProtocols()).containsAll(List.of("TLSv1.2", "TLSv1.3")),
                        true),
                engine(
                        "protocols are enabled",
                        engine -> List.of(engine.getEnabledProtocols()),
                        "[TLSv1.3, TLSv1.2]|[TLSv1.2, TLSv1.3]"),
                engine(
                        "enabled protocols are supported",
                        engine -> List.of(engine.getSupportedProtocols())
                                .containsAll(List.of(engine.getEnabledProtocols())),
                        true),
                engine(
                        "enabled suites are supported",
                        engine -> List.of(engine.getSupportedCipherSuites())
                                .containsAll(List.of(engine.getEnabledCipherSuites())),
                        true),
                engine(
                        "suites of both versions are enabled",
                        engine -> List.of(engine.getEnabledCipherSuites())
                                .containsAll(
                                        List.of("TLS_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256")),
                        true),
                engine(
                        "setEnabledProtocols()",
                        engine -> {
                            engine.setEnabledProtocols(new String[] {"TLSv1.2"});
                            return engine.getEnabledProtocols();
                        },
                        "[TLSv1.2]"),
                engine(
                        "setEnabledCipherSuites()",
                        engine -> {
                            engine.setEnabledCipherSuites(
                                    new String[] {"TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256"});
                            return engine.getEnabledCipherSuites();
                        },
                        "[TLS_AES_256_GCM_SHA384, TLS_AES_128_GCM_SHA256]"),
                engine(
                        "the arrays are copies",
                        engine -> {
                            Arrays.fill(engine.getEnabledProtocols(), "x");
                            Arrays.fill(engine.getSupportedProtocols(), "x");
                            Arrays.fill(engine.getEnabledCipherSuites(), "x");
                            Arrays.fill(engine.getSupportedCipherSuites(), "x");
                            return List.of(engine.getEnabledProtocols()).contains("x")
                                    || List.of(engine.getSupportedProtocols()).contains("x")
                                    || List.of(engine.getEnabledCipherSuites()).contains("x")
                                    || List.of(engine.getSupportedCipherSuites())
                                            .contains("x");
                        },
                        false),
                refused("an unknown protocol", engine -> engine.setEnabledProtocols(new String[] {"TLSv9"})),
                refused("null for protocols", engine -> engine.setEnabledProtocols(null)),
                refused("a null among protocols", engine -> engine.setEnabledProtocols(new String[] {null})),
                refused("an unknown suite", engine -> engine.setEnabledCipherSuites(new String[] {"TLS_NONSENSE"})),
                refused("null for suites", engine -> engine.setEnabledCipherSuites(null)),
                refused("a null among suites", engine -> engine.setEnabledCipherSuites(new String[] {null})),
                engine(
                        "a refused setting leaves what was set",
                        engine -> {
                            String[] before = engine.getEnabledCipherSuites();
                            try {
                                engine.setEnabledCipherSuites(new String[] {"TLS_NONSENSE"});
                            } catch (IllegalArgumentException e) {
                                return Arrays.equals(before, engine.getEnabledCipherSuites());
                            }
                            return "returns";
                        },
                        true)));
    }

    @TestFactory
    Stream<DynamicNode> roles() {
        return EngineContract.ofBothRoles(List.of(
                unused(
                        "setUseClientMode() before the handshake",
                        session -> {
                            boolean client = session.engine().getUseClientMode();
                            session.engine().setUseClientMode(!client);
                            boolean other = session.engine().getUseClientMode();
                            session.engine().setUseClientMode(client);
                            return other != client && session.engine().getUseClientMode() == client;
                        },
                        true),
                unused(
                        "setUseClientMode() to the other mode amid the handshake",
                        session -> {
                            session.engine().beginHandshake();
                            session.engine().setUseClientMode(!session.engine().getUseClientMode());
                            return "returns";
                        },
                        ARGUMENT),
                shared(
                        "setUseClientMode() to the other mode after the handshake",
                        session -> {
                            session.engine().setUseClientMode(!session.engine().getUseClientMode());
                            return "returns";
                        },
                        ARGUMENT),
                shared(
                        "a refused setUseClientMode() leaves the connection",
                        session -> {
                            try {
                                session.engine()
                                        .setUseClientMode(!session.engine().getUseClientMode());
                            } catch (IllegalArgumentException e) {
                                return session.sendAndReceive("data");
                            }
                            return "returns";
                        },
                        "data")));
    }

    /** Settings that leave nothing to negotiate. */
    @TestFactory
    Stream<DynamicNode> nothing() {
        return EngineContract.ofBothRoles(List.of(
                nothing("no protocol", engine -> engine.setEnabledProtocols(new String[0])),
                nothing("no suite", engine -> engine.setEnabledCipherSuites(new String[0])),
                nothing(
                        "only a suite of the other version",
                        engine -> engine.setEnabledCipherSuites(new String[] {
                            engine.getEnabledProtocols()[0].equals("TLSv1.3")
                                    ? "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"
                                    : "TLS_AES_128_GCM_SHA256"
                        }))));
    }

    private static EngineFact nothing(String name, Call call) {
        return fact(
                name,
                s -> {
                    EngineSession session = s.pair()
                            .tested(engine -> {
                                engine.setEnabledProtocols(new String[] {s.version()});
                                call.on(engine);
                            })
                            .connect();
                    session.begin();
                    session.pump();
                    return session.tested().failure();
                },
                "SSLHandshakeException|SSLException|IllegalArgumentException");
    }

    /** Settings after the beginning are for the next handshake, which may never be (SSLEngine, Creation). */
    @TestFactory
    Stream<DynamicNode> late() {
        return EngineContract.ofBothRoles(List.of(
                late("setEnabledProtocols()", e -> e.setEnabledProtocols(new String[] {"TLSv1.2", "TLSv1.3"})),
                late("setEnabledCipherSuites()", e -> e.setEnabledCipherSuites(e.getSupportedCipherSuites())),
                late("setSSLParameters()", e -> e.setSSLParameters(e.getSSLParameters())),
                late("setWantClientAuth()", e -> e.setWantClientAuth(true)),
                late("setNeedClientAuth()", e -> e.setNeedClientAuth(false)),
                late("setEnableSessionCreation()", e -> e.setEnableSessionCreation(true)),
                late(
                        "setHandshakeApplicationProtocolSelector()",
                        e -> e.setHandshakeApplicationProtocolSelector((engine, offered) -> ""))));
    }

    private static EngineFact late(String name, Call call) {
        return shared(
                name + " after the handshake",
                session -> {
                    call.on(session.engine());
                    return session.sendAndReceive("request") + " " + session.reply("reply");
                },
                "request reply");
    }

    @TestFactory
    Stream<DynamicNode> authentication() {
        return EngineContract.ofOneEngine(List.of(
                engine(
                        "by default clients are not asked for certificates",
                        engine -> engine.getNeedClientAuth() + " " + engine.getWantClientAuth(),
                        "false false"),
                engine(
                        "setNeedClientAuth(true)",
                        engine -> {
                            engine.setNeedClientAuth(true);
                            return engine.getNeedClientAuth() + " " + engine.getWantClientAuth();
                        },
                        "true false"),
                engine(
                        "setWantClientAuth(true)",
                        engine -> {
                            engine.setWantClientAuth(true);
                            return engine.getNeedClientAuth() + " " + engine.getWantClientAuth();
                        },
                        "false true"),
                engine(
                        "the last of both counts",
                        engine -> {
                            engine.setNeedClientAuth(true);
                            engine.setWantClientAuth(true);
                            String wanted = engine.getNeedClientAuth() + " " + engine.getWantClientAuth();
                            engine.setNeedClientAuth(true);
                            return wanted + " " + engine.getNeedClientAuth() + " " + engine.getWantClientAuth();
                        },
                        "false true true false"),
                engine(
                        "setNeedClientAuth(false) after setWantClientAuth(true)",
                        engine -> {
                            engine.setWantClientAuth(true);
                            engine.setNeedClientAuth(false);
                            return engine.getNeedClientAuth() + " " + engine.getWantClientAuth();
                        },
                        "false false"),
                engine("by default sessions are created", SSLEngine::getEnableSessionCreation, true),
                engine(
                        "setEnableSessionCreation(false)",
                        engine -> {
                            engine.setEnableSessionCreation(false);
                            return engine.getEnableSessionCreation();
                        },
                        false),
                engine("no host and port", engine -> engine.getPeerHost() + " " + engine.getPeerPort(), "null -1"),
                peer("host and port", "example.test", 8443, "example.test 8443"),
                peer("an address", "192.0.2.1", 443, "192.0.2.1 443"),
                peer("a port without a host", null, 443, "null 443"),
                peer("a port of -1", "example.test", -1, "example.test -1")));
    }
}
