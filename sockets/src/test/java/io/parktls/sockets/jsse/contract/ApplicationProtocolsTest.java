package io.parktls.sockets.jsse.contract;

import static io.parktls.sockets.jsse.contract.Fact.fact;
import static io.parktls.sockets.jsse.contract.Meeting.clientFailure;
import static io.parktls.sockets.jsse.contract.Meeting.serverFailure;

import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/** The application protocols (ALPN) that the settings of both ends negotiate. */
final class ApplicationProtocolsTest {
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
                        s -> clientFailure(alpn(s.asClient(), names("h2"), names("http/1.1"))),
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
                s -> Observed.inBothRoles(
                        text(alpn(s.asClient(), client, server).established()),
                        text(alpn(s.asServer(), client, server).established())),
                Observed.inBothRoles(result, result));
    }

    private static String text(Meeting.Ends ends) {
        return ends.client().getApplicationProtocol() + " " + ends.server().getApplicationProtocol();
    }
}
