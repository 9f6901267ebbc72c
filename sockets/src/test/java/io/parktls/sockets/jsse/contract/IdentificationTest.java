package io.parktls.sockets.jsse.contract;

import static io.parktls.sockets.jsse.contract.Fact.fact;
import static io.parktls.sockets.jsse.contract.Meeting.clientFailure;
import static io.parktls.sockets.jsse.contract.Meeting.serverFailure;

import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.TlsIdentity;
import io.parktls.sockets.ThreadKind;
import java.security.cert.CertificateException;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/** Which certificates a client accepts, and what both ends throw if it does not. */
final class IdentificationTest {
    private static final String UNVERIFIED = "SSLHandshakeException caused by CertificateException";
    private static final KeyKind KEY = KeyKind.ECDSA_P256;

    @TestFactory
    Stream<DynamicNode> endpointIdentification() {
        return Contract.ofEachEnd(List.of(
                identifies("HTTPS, right host", "HTTPS", "example.test", null),
                identifies("HTTPS, right address", "HTTPS", "127.0.0.1", null),
                identifies("HTTPS, right address of IPv6", "HTTPS", "::1", null),
                identifies("HTTPS, wrong host", "HTTPS", "other.example", UNVERIFIED),
                identifies("HTTPS, wrong address", "HTTPS", "127.0.0.2", UNVERIFIED),
                identifies("https in small letters, wrong host", "https", "other.example", UNVERIFIED),
                identifies("LDAPS, right host", "LDAPS", "example.test", null),
                identifies("LDAPS, wrong host", "LDAPS", "other.example", UNVERIFIED),
                identifies("ldaps in small letters, wrong host", "ldaps", "other.example", UNVERIFIED),
                identifies("none, wrong host", null, "other.example", null),
                identifies("empty, wrong host", "", "other.example", null),
                identifies("an unknown algorithm, right host", "nonsense", "example.test", UNVERIFIED),
                fact(
                        "HTTPS, a server name counts before the host",
                        s -> unverified(s.asClient().host("other.example").clientParameters(p -> {
                            p.setEndpointIdentificationAlgorithm("HTTPS");
                            p.setServerNames(List.of(new SNIHostName("example.test")));
                        })),
                        null),
                fact(
                        "HTTPS, neither server name nor host match",
                        s -> unverified(s.asClient().host("other.example").clientParameters(p -> {
                            p.setEndpointIdentificationAlgorithm("HTTPS");
                            p.setServerNames(List.of(new SNIHostName("another.example")));
                        })),
                        UNVERIFIED),
                fact(
                        "HTTPS, the host counts without server names",
                        s -> unverified(s.asClient().clientParameters(p -> {
                            p.setEndpointIdentificationAlgorithm("HTTPS");
                            p.setServerNames(List.of());
                        })),
                        null),
                fact(
                        "HTTPS, wrong host without server names",
                        s -> unverified(s.asClient().host("other.example").clientParameters(p -> {
                            p.setEndpointIdentificationAlgorithm("HTTPS");
                            p.setServerNames(List.of());
                        })),
                        UNVERIFIED),
                fact(
                        "without identification, the session has the peer's certificate",
                        s -> s.asClient()
                                .host("other.example")
                                .established()
                                .client()
                                .getSession()
                                .getPeerPrincipal()
                                .getName(),
                        "CN=test server"),
                fact(
                        "HTTPS, not layered, by address",
                        s -> unverifiedDirectly(
                                s.asClient().clientParameters(p -> p.setEndpointIdentificationAlgorithm("HTTPS"))),
                        null),
                fact(
                        "HTTPS, not layered, wrong host",
                        s -> unverifiedDirectly(s.asClient()
                                .serverHas(Credentials.of(TestPki.wrongHost(KEY)))
                                .clientParameters(p -> p.setEndpointIdentificationAlgorithm("HTTPS"))),
                        UNVERIFIED),
                fact(
                        "the server learns that its certificate was refused",
                        s -> serverFailure(s.asServer()
                                .host("other.example")
                                .clientParameters(p -> p.setEndpointIdentificationAlgorithm("HTTPS"))),
                        Meeting.REFUSED_BY_PEER)));
    }

    private static Fact identifies(String name, @Nullable String algorithm, String host, @Nullable String result) {
        return fact(
                name,
                s -> unverified(
                        s.asClient().host(host).clientParameters(p -> p.setEndpointIdentificationAlgorithm(algorithm))),
                result);
    }

    private static String unverified(Meeting meeting) throws Exception {
        return Observed.withCause(meeting.failures().client(), CertificateException.class);
    }

    private static String unverifiedDirectly(Meeting meeting) throws Exception {
        return Observed.withCause(Meeting.talk(meeting.connectDirectly()).client(), CertificateException.class);
    }

    @TestFactory
    Stream<DynamicNode> chains() {
        return Contract.ofBothEnds(List.of(
                presents("valid", TestPki.server(KEY), null),
                presents("with an intermediate authority", TestPki.chain(KEY, 1), null),
                presents("expired", TestPki.expired(KEY), UNVERIFIED),
                presents("not yet valid", TestPki.notYetValid(KEY), UNVERIFIED),
                presents("of an unknown authority", TestPki.unknownCa(KEY), UNVERIFIED),
                presents("self-signed", TestPki.selfSigned(KEY), UNVERIFIED),
                presents("for clients only", TestPki.wrongExtendedKeyUsage(KEY), UNVERIFIED),
                fact(
                        "unknown authority: the session is invalid",
                        s -> {
                            Meeting.Ends ends = s.asClient()
                                    .clientHas(Credentials.ANONYMOUS.trusting(TestPki.ca(KeyKind.ED25519)))
                                    .connect();
                            Meeting.talk(ends);
                            return ends.client().getSession().getCipherSuite() + " "
                                    + ends.client().getSession().isValid();
                        },
                        "SSL_NULL_WITH_NULL_NULL false"),
                fact(
                        "unknown authority: the peer is unverified",
                        s -> {
                            Meeting.Ends ends = s.asClient()
                                    .clientHas(Credentials.ANONYMOUS.trusting(TestPki.ca(KeyKind.ED25519)))
                                    .connect();
                            Meeting.talk(ends);
                            return ends.client().getSession().getPeerCertificates();
                        },
                        SSLPeerUnverifiedException.class),
                fact(
                        "unknown authority: the socket is of no use",
                        s -> {
                            Meeting.Ends ends = s.asClient()
                                    .clientHas(Credentials.ANONYMOUS.trusting(TestPki.ca(KeyKind.ED25519)))
                                    .connect();
                            Meeting.talk(ends);
                            return ends.client().getInputStream().read();
                        },
                        "SocketException|SSLException|SSLHandshakeException"),
                fact(
                        "the server learns of an expired certificate",
                        s -> serverFailure(s.asServer().serverHas(Credentials.of(TestPki.expired(KEY)))),
                        Meeting.REFUSED_BY_PEER),
                fact(
                        "getSession() hides the failure of the handshake",
                        s -> {
                            Meeting.Ends ends = s.asClient()
                                    .clientHas(Credentials.ANONYMOUS.trusting(TestPki.ca(KeyKind.ED25519)))
                                    .connect();
                            var serving =
                                    ThreadKind.VIRTUAL.run(() -> ends.server().startHandshake());
                            boolean valid = ends.client().getSession().isValid();
                            serving.failure();
                            return valid;
                        },
                        false)));
    }

    private static Fact presents(String name, TlsIdentity identity, @Nullable String result) {
        return fact(
                "a certificate that is " + name,
                s -> unverified(s.asClient().serverHas(Credentials.of(identity))),
                result);
    }

    @TestFactory
    Stream<DynamicNode> clientAuthentication() {
        Credentials other = Credentials.of(TestPki.unknownCa(KEY));
        return Contract.ofBothEnds(List.of(
                clientAuth("none, client with certificate", Credentials.CLIENT, a -> {}, "null, null, unverified"),
                clientAuth(
                        "want, client with certificate",
                        Credentials.CLIENT,
                        a -> a.setWantClientAuth(true),
                        "null, null, CN=test client"),
                clientAuth(
                        "need, client with certificate",
                        Credentials.CLIENT,
                        a -> a.setNeedClientAuth(true),
                        "null, null, CN=test client"),
                clientAuth(
                        "want, client without certificate",
                        Credentials.ANONYMOUS,
                        a -> a.setWantClientAuth(true),
                        "null, null, unverified"),
                clientAuth(
                        "need, client without certificate",
                        Credentials.ANONYMOUS,
                        a -> a.setNeedClientAuth(true),
                        "SSLHandshakeException, SSLHandshakeException, unverified|SocketException, SSLHandshakeException, unverified"),
                clientAuth(
                        "want, untrusted certificate", other, a -> a.setWantClientAuth(true), "null, null, unverified"),
                clientAuth(
                        "need, then want, client without certificate",
                        Credentials.ANONYMOUS,
                        a -> {
                            a.setNeedClientAuth(true);
                            a.setWantClientAuth(true);
                        },
                        "null, null, unverified"),
                clientAuth(
                        "need, then no want, client with certificate",
                        Credentials.CLIENT,
                        a -> {
                            a.setNeedClientAuth(true);
                            a.setWantClientAuth(false);
                        },
                        "null, null, unverified"),
                fact(
                        "need on the listener",
                        s -> principal(s.asServer()
                                .clientHas(Credentials.CLIENT)
                                .listener(l -> l.setNeedClientAuth(true))
                                .established()),
                        "CN=test client"),
                fact(
                        "want on the listener",
                        s -> principal(s.asServer()
                                .clientHas(Credentials.CLIENT)
                                .listener(l -> l.setWantClientAuth(true))
                                .established()),
                        "CN=test client"),
                fact(
                        "need on the listener, taken back on the accepted socket",
                        s -> principal(s.asServer()
                                .clientHas(Credentials.CLIENT)
                                .listener(l -> l.setNeedClientAuth(true))
                                .server(a -> a.setNeedClientAuth(false))
                                .established()),
                        "unverified"),
                fact(
                        "need in the listener's parameters",
                        s -> principal(s.asServer()
                                .clientHas(Credentials.CLIENT)
                                .listenerParameters(p -> p.setNeedClientAuth(true))
                                .established()),
                        "CN=test client"),
                fact(
                        "need in the accepted socket's parameters",
                        s -> principal(s.asServer()
                                .clientHas(Credentials.CLIENT)
                                .serverParameters(p -> p.setNeedClientAuth(true))
                                .established()),
                        "CN=test client"),
                fact(
                        "the failure of a client without certificate, at the client",
                        s -> clientFailure(s.asClient().server(a -> a.setNeedClientAuth(true))),
                        Meeting.REFUSED_BY_PEER),
                fact(
                                "a client's certificate from an authority that the server does not know, at the server",
                                s -> Observed.withCause(
                                        s.asServer()
                                                .clientHas(Credentials.CLIENT)
                                                .serverHas(Credentials.SERVER.trusting(TestPki.ca(KeyKind.RSA_2048)))
                                                .clientHas(Credentials.CLIENT.with(
                                                        new FixedKeyManager(Credentials.CLIENT.keyManager())))
                                                .server(a -> a.setNeedClientAuth(true))
                                                .failures()
                                                .server(),
                                        CertificateException.class),
                                UNVERIFIED)
                        .notForFactories("the client of this fact has a key manager"),
                fact(
                        "the client's own certificate: getLocalPrincipal()",
                        s -> s.asClient()
                                .clientHas(Credentials.CLIENT)
                                .server(a -> a.setNeedClientAuth(true))
                                .established()
                                .client()
                                .getSession()
                                .getLocalPrincipal()
                                .getName(),
                        "CN=test client"),
                fact(
                        "no request: getLocalCertificates()",
                        s -> s.asClient()
                                .clientHas(Credentials.CLIENT)
                                .established()
                                .client()
                                .getSession()
                                .getLocalCertificates(),
                        null),
                fact(
                        "no certificate for the request: getLocalCertificates()",
                        s -> s.asClient()
                                .server(a -> a.setWantClientAuth(true))
                                .established()
                                .client()
                                .getSession()
                                .getLocalCertificates(),
                        null)));
    }

    /** The failures of client and server, and whom the server sees. */
    private static Fact clientAuth(String name, Credentials client, Meeting.Setting<SSLSocket> setting, String result) {
        return fact(
                name,
                s -> {
                    Meeting.Ends ends =
                            s.asServer().clientHas(client).server(setting).connect();
                    Meeting.Failures failures = Meeting.talk(ends);
                    return Observed.text(failures.client()) + ", " + Observed.text(failures.server()) + ", "
                            + principal(ends);
                },
                result);
    }

    private static String principal(Meeting.Ends ends) {
        try {
            return ends.server().getSession().getPeerPrincipal().getName();
        } catch (SSLPeerUnverifiedException e) {
            return "unverified";
        }
    }
}
