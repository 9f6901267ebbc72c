package io.parktls.sockets.jsse.engine.contract;

import static io.parktls.sockets.jsse.engine.contract.EngineFact.fact;
import static io.parktls.sockets.jsse.engine.contract.EngineFact.unused;

import io.parktls.sockets.jsse.contract.Credentials;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/** The application protocols (ALPN, RFC 7301) that engines negotiate. */
final class ApplicationProtocolsTest {
    private static String[] names(String... names) {
        return names;
    }

    private static EnginePair alpn(EngineSubject s, String[] client, String[] server) {
        return s.pair()
                .clientParameters(p -> p.setApplicationProtocols(client))
                .serverParameters(p -> p.setApplicationProtocols(server));
    }

    private static EngineFact alpn(String name, String[] client, String[] server, String result) {
        return fact(name, s -> alpn(s, client, server).established().engine().getApplicationProtocol(), result);
    }

    @TestFactory
    Stream<DynamicNode> lists() {
        return EngineContract.ofBothRoles(List.of(
                alpn("both have it", names("h2"), names("h2"), "h2"),
                alpn("the server's preference counts", names("h2", "http/1.1"), names("http/1.1", "h2"), "http/1.1"),
                alpn("the client offers none", names(), names("h2"), ""),
                alpn("the server has none", names("h2"), names(), ""),
                alpn("neither has any", names(), names(), ""),
                alpn("names are bytes", names("\u00ff\u0080"), names("\u00ff\u0080"), "\u00ff\u0080"),
                fact(
                        "none in common",
                        s -> alpn(s, names("h2"), names("http/1.1"))
                                .attempted()
                                .tested()
                                .failure(),
                        "SSLHandshakeException"),
                fact(
                                "none in common: the client's exception names the alert",
                                s -> {
                                    Exception failure = alpn(s, names("h2"), names("http/1.1"))
                                            .attempted()
                                            .client()
                                            .failure();
                                    return failure != null
                                            && String.valueOf(failure.getMessage())
                                                    .toLowerCase(Locale.ROOT)
                                                    .contains("no_application_protocol");
                                },
                                true)
                        .as(Role.CLIENT),
                unused("before the handshake", session -> session.engine().getApplicationProtocol(), null),
                unused(
                        "before the handshake, of the handshake",
                        session -> session.engine().getHandshakeApplicationProtocol(),
                        null),
                fact(
                        "after the handshake, of the handshake",
                        s -> alpn(s, names("h2"), names("h2"))
                                .established()
                                .engine()
                                .getHandshakeApplicationProtocol(),
                        null),
                fact(
                                "during the handshake, seen by the trust manager",
                                s -> {
                                    List<@Nullable String> seen = new ArrayList<>();
                                    RecordingManagers recording = new RecordingManagers() {
                                        @Override
                                        void add(String method, @Nullable SSLEngine engine) {
                                            if (engine != null) {
                                                seen.add(engine.getHandshakeApplicationProtocol());
                                                // Undertow waits for this one.
                                                seen.add(engine.getApplicationProtocol());
                                            }
                                        }
                                    };
                                    alpn(s, names("h2"), names("h2"))
                                            .clientHas(Credentials.ANONYMOUS.with(recording.trust()))
                                            .established();
                                    return seen;
                                },
                                "[h2, h2]")
                        .as(Role.CLIENT)));
    }

    private interface Selector {
        @Nullable
        String select(SSLEngine engine, List<String> offered);
    }

    private static EngineFact selector(String name, Selector selector, String result) {
        return fact(
                        name,
                        s -> {
                            EngineSession session = alpn(s, names("a", "b"), names("b", "a"))
                                    .server(e -> e.setHandshakeApplicationProtocolSelector(selector::select))
                                    .attempted();
                            Exception failure = session.server().failure();
                            return failure == null ? session.engine().getApplicationProtocol() : failure;
                        },
                        result)
                .as(Role.SERVER);
    }

    @TestFactory
    Stream<DynamicNode> selectors() {
        return EngineContract.ofBothRoles(List.of(
                selector("it chooses", (engine, offered) -> "b", "b"),
                selector("its choice counts before the list", (engine, offered) -> "a", "a"),
                selector("it chooses none with an empty string", (engine, offered) -> "", ""),
                selector("it refuses with null", (engine, offered) -> null, "SSLHandshakeException"),
                selector("it chooses what was not offered", (engine, offered) -> "c", "SSLHandshakeException"),
                selector("it sees the offer", (engine, offered) -> offered.equals(List.of("a", "b")) ? "a" : null, "a"),
                selector(
                        "it sees an engine in server mode",
                        (engine, offered) -> engine.getUseClientMode() ? null : "a",
                        "a"),
                selector(
                        "it sees the session of the handshake",
                        (engine, offered) -> engine.getHandshakeSession() == null ? null : "a",
                        "a"),
                selector(
                        "it fails",
                        (engine, offered) -> {
                            throw new IllegalStateException("selector");
                        },
                        "SSLException|SSLHandshakeException"),
                fact(
                                "it gets the very engine",
                                s -> {
                                    AtomicReference<@Nullable SSLEngine> seen = new AtomicReference<>();
                                    EngineSession session = alpn(s, names("a"), names())
                                            .server(e ->
                                                    e.setHandshakeApplicationProtocolSelector((engine, offered) -> {
                                                        seen.set(engine);
                                                        return "a";
                                                    }))
                                            .established();
                                    return seen.get() == session.engine();
                                },
                                true)
                        .as(Role.SERVER),
                fact(
                                "without an offer it is not called",
                                s -> {
                                    AtomicReference<String> called = new AtomicReference<>("not called");
                                    alpn(s, names(), names())
                                            .server(e ->
                                                    e.setHandshakeApplicationProtocolSelector((engine, offered) -> {
                                                        called.set("called");
                                                        return "";
                                                    }))
                                            .established();
                                    return called.get();
                                },
                                "not called")
                        .as(Role.SERVER),
                fact(
                        "the getter returns what was set",
                        s -> {
                            SSLEngine engine = s.engine();
                            Object before = engine.getHandshakeApplicationProtocolSelector();
                            BiFunction<SSLEngine, List<String>, String> choice = (e, offered) -> "";
                            engine.setHandshakeApplicationProtocolSelector(choice);
                            return before + " " + (engine.getHandshakeApplicationProtocolSelector() == choice);
                        },
                        "null true")));
    }
}
