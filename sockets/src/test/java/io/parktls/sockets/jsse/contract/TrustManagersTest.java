package io.parktls.sockets.jsse.contract;

import static io.parktls.sockets.jsse.contract.Contract.TLS12;
import static io.parktls.sockets.jsse.contract.Contract.TLS13;
import static io.parktls.sockets.jsse.contract.Fact.fact;
import static io.parktls.sockets.jsse.contract.Meeting.clientFailure;
import static io.parktls.sockets.jsse.contract.Meeting.serverFailure;

import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import java.io.IOException;
import java.security.cert.CertificateException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/** How trust managers are asked during the handshake, and how their answers end. */
final class TrustManagersTest {
    @TestFactory
    Stream<DynamicNode> trustManagers() {
        return Contract.ofBothEnds(Fact.notForFactories(
                Meeting.NO_MANAGERS,
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
                        s -> clientFailure(s.asClient()
                                .host("other.example")
                                .clientHas(Credentials.ANONYMOUS.with(new RecordingTrustManager(null)))
                                .clientParameters(p -> p.setEndpointIdentificationAlgorithm("HTTPS"))),
                        null),
                fact(
                        "a plain trust manager, right host",
                        s -> clientFailure(s.asClient()
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
                        s -> clientFailure(s.asClient().host("other.example").clientHas(plain())),
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
                        s -> serverFailure(s.asServer()
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
