package io.parktls.sockets.jsse.engine.contract;

import static io.parktls.sockets.jsse.engine.contract.EngineFact.fact;

import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.StandardConstants;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/** The server names (SNI, RFC 6066 3) that a client sends and a server matches. */
final class ServerNamesTest {
    private static String received(EngineSession session) {
        ExtendedSSLSession server = (ExtendedSSLSession) session.server().engine.getSession();
        return server.getRequestedServerNames().stream()
                .map(name -> new SNIHostName(name.getEncoded()).getAsciiName())
                .toList()
                .toString();
    }

    private static EnginePair sending(EngineSubject s, SNIServerName... names) {
        return s.pair().clientParameters(p -> p.setServerNames(List.of(names)));
    }

    private static SNIHostName host(String name) {
        return new SNIHostName(name);
    }

    @TestFactory
    Stream<DynamicNode> serverNames() {
        return EngineContract.ofBothRoles(List.of(
                fact("the engine's host", s -> received(s.pair().established()), "[example.test]"),
                fact(
                        "an address is not sent",
                        s -> received(s.pair().host("127.0.0.1").established()),
                        "[]"),
                fact(
                        "a host without a dot is not sent",
                        s -> received(s.pair().host("localhost").established()),
                        "[]|[localhost]"),
                fact(
                        "the parameters' name counts before the host",
                        s -> received(sending(s, host("other.test")).established()),
                        "[other.test]"),
                fact("an empty list", s -> received(sending(s).established()), "[]"),
                fact(
                                "the client's session has it, too",
                                s -> ((ExtendedSSLSession) sending(s, host("other.test"))
                                                .established()
                                                .engine()
                                                .getSession())
                                        .getRequestedServerNames()
                                        .size(),
                                1)
                        .as(Role.CLIENT),
                fact(
                        "a matcher that matches",
                        s -> received(s.pair()
                                .serverParameters(
                                        p -> p.setSNIMatchers(List.of(SNIHostName.createSNIMatcher("example\\.test"))))
                                .established()),
                        "[example.test]"),
                fact(
                        "a matcher that does not match",
                        s -> s.pair()
                                .serverParameters(
                                        p -> p.setSNIMatchers(List.of(SNIHostName.createSNIMatcher("other\\.test"))))
                                .attempted()
                                .tested()
                                .failure(),
                        "SSLHandshakeException|SSLProtocolException"),
                fact(
                        "a matcher and no name",
                        s -> received(sending(s)
                                .serverParameters(
                                        p -> p.setSNIMatchers(List.of(SNIHostName.createSNIMatcher("other\\.test"))))
                                .established()),
                        "[]"),
                fact(
                                "the type of the name",
                                s -> ((ExtendedSSLSession)
                                                s.pair().established().engine().getSession())
                                        .getRequestedServerNames()
                                        .getFirst()
                                        .getType(),
                                StandardConstants.SNI_HOST_NAME)
                        .as(Role.SERVER)));
    }
}
