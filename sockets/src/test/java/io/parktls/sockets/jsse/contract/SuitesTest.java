package io.parktls.sockets.jsse.contract;

import static io.parktls.sockets.jsse.contract.Contract.TLS12;
import static io.parktls.sockets.jsse.contract.Contract.TLS13;
import static io.parktls.sockets.jsse.contract.Fact.fact;
import static io.parktls.sockets.jsse.contract.Meeting.clientFailure;
import static io.parktls.sockets.jsse.contract.Meeting.serverFailure;

import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/** The versions and cipher suites that the settings of both ends negotiate. */
final class SuitesTest {
    private static final String AES128_13 = "TLS_AES_128_GCM_SHA256";
    private static final String AES256_13 = "TLS_AES_256_GCM_SHA384";
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

    @TestFactory
    Stream<DynamicNode> versions() {
        return Contract.ofAllPairs(List.of(
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
                        s -> clientFailure(s.asClient().listener(l -> l.setEnabledProtocols(other(s)))),
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
                        s -> clientFailure(s.asClient()
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
                        s -> clientFailure(s.asClient()
                                .client(c -> c.setEnabledCipherSuites(
                                        new String[] {s.version().equals(TLS12) ? AES128_13 : AES128_12}))),
                        "SSLHandshakeException"),
                fact(
                                "no suites",
                                s -> clientFailure(s.asClient().client(c -> c.setEnabledCipherSuites(new String[0]))),
                                "SSLHandshakeException")
                        .ours("SSLHandshakeException|IllegalArgumentException", SocketSettingsTest.NOTHING_REMAINS),
                fact(
                                "no protocols",
                                s -> clientFailure(s.asClient().client(c -> c.setEnabledProtocols(new String[0]))),
                                "SSLHandshakeException")
                        .ours("SSLHandshakeException|IllegalArgumentException", SocketSettingsTest.NOTHING_REMAINS),
                fact(
                                "only protocols that ParkTLS does not speak",
                                s -> clientFailure(
                                        s.asClient().client(c -> c.setEnabledProtocols(new String[] {"TLSv1.1"}))),
                                "SSLHandshakeException")
                        .ours("SSLHandshakeException|IllegalArgumentException", "nothing remains of the setting"),
                fact(
                                "a suite for a key that the server does not have",
                                s -> clientFailure(
                                        s.asServer().client(c -> c.setEnabledCipherSuites(new String[] {RSA_12}))),
                                "SSLHandshakeException")
                        .in(TLS12)));
    }

    private static String[] other(Subject s) {
        return new String[] {s.version().equals(TLS12) ? TLS13 : TLS12};
    }

    @TestFactory
    Stream<DynamicNode> suiteOrder() {
        return Contract.ofAllPairs(List.of(
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
}
