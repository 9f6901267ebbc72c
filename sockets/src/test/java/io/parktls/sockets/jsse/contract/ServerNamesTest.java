package io.parktls.sockets.jsse.contract;

import static io.parktls.sockets.jsse.contract.Fact.fact;
import static io.parktls.sockets.jsse.contract.Meeting.clientFailure;
import static io.parktls.sockets.jsse.contract.Meeting.serverFailure;

import java.nio.charset.StandardCharsets;
import java.util.List;
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

/** The server names (SNI) that clients send, and the matchers of servers. */
final class ServerNamesTest {
    @TestFactory
    Stream<DynamicNode> serverNames() {
        return Contract.ofBothEnds(List.of(
                sni("the host by default", p -> {}, "[example.test]"),
                sni(
                        "another name",
                        p -> p.setServerNames(List.of(new SNIHostName("other.example"))),
                        "[other.example]"),
                emptyList(),
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
                        s -> clientFailure(s.asServer()
                                .serverParameters(p ->
                                        p.setSNIMatchers(List.of(SNIHostName.createSNIMatcher("example[.]test"))))),
                        null),
                fact(
                        "a matcher that does not match, at the client",
                        s -> clientFailure(s.asServer()
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
                        s -> message(clientFailure(s.asServer()
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
                        s -> clientFailure(s.asServer().serverParameters(p -> p.setSNIMatchers(List.of()))),
                        null),
                fact(
                        "no name for a matcher",
                        s -> clientFailure(s.asServer()
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
                name + ", as client and as server", s -> inBothRoles(s, setting), Observed.inBothRoles(result, result));
    }

    /** A server of the JDK has been seen to report the name of an earlier session. */
    private static Fact emptyList() {
        String strict = Observed.inBothRoles("[]", "[]");
        String staleClient = Observed.inBothRoles("[example.test]", "[]");
        String staleServer = Observed.inBothRoles("[]", "[example.test]");
        return fact(
                        "an empty list, as client and as server",
                        s -> inBothRoles(s, p -> p.setServerNames(List.of())),
                        strict + "|" + staleClient + "|" + staleServer)
                .ours(strict + "|" + staleClient, "the server of ParkTLS reports what the client sent");
    }

    private static String inBothRoles(Subject s, Meeting.Setting<SSLParameters> setting) throws Exception {
        return Observed.inBothRoles(
                names(s.asClient().clientParameters(setting).established().server()),
                names(s.asServer().clientParameters(setting).established().server()));
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
}
