package io.parktls.resumption;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.parktls.ClientAuth;
import io.parktls.TestCertificate;
import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.TlsContext;
import io.parktls.TlsIdentity;
import io.parktls.TlsPeerUnverifiedException;
import io.parktls.TlsTicketRefusal;
import io.parktls.TlsTrust;
import io.parktls.TlsVersion;
import io.parktls.session.SessionKey;
import io.parktls.session.SessionState;
import java.io.IOException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLException;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Sessions of servers that ask for a certificate: resumed only if a full handshake with the client would succeed. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ClientCertificatesTest {
    private static final TlsIdentity CLIENT = TestPki.client(KeyKind.ECDSA_P256);
    private static final X509Certificate CLIENT_CERTIFICATE = CLIENT.chain().getFirst();

    private static UnaryOperator<TlsContext.Builder> asks(ClientAuth auth) {
        return builder -> builder.clientAuth(auth).trust(Endpoints.TRUST);
    }

    private static Endpoints authenticating(TlsVersion version) {
        return new Endpoints(version)
                .client(builder -> builder.identity(CLIENT))
                .server(asks(ClientAuth.REQUIRED));
    }

    @ParameterizedTest
    @EnumSource
    void theVerifiedChainIsResumed(TlsVersion version) throws SSLException {
        Endpoints ends = authenticating(version);
        ends.start();
        for (int i = 0; i < 3; i++) {
            Endpoints.Connection connection = ends.assertResumes();
            assertEquals(CLIENT.chain(), connection.server().engine().session().peerCertificates());
            assertEquals(CLIENT.chain(), connection.session().localCertificates());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aServerThatAskedForNone(TlsVersion version) throws SSLException {
        for (ClientAuth now : List.of(ClientAuth.WANTED, ClientAuth.REQUIRED)) {
            Endpoints ends = new Endpoints(version).client(builder -> builder.identity(CLIENT));
            ends.start();
            ends.server(asks(now));
            Endpoints.Connection connection = ends.assertRefused(TlsTicketRefusal.NO_CLIENT_CERTIFICATE);
            assertEquals(
                    List.of(CLIENT_CERTIFICATE),
                    connection.server().engine().session().peerCertificates());
            ends.assertResumes();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aClientThatDeclined(TlsVersion version) throws SSLException {
        Endpoints ends = new Endpoints(version).server(asks(ClientAuth.WANTED));
        ends.start();
        ends.assertResumes();
        // The session depends on the client's identities, so the ticket moves to the client that now has one.
        ends.client(builder -> builder.identity(CLIENT));
        ends.moveSessions(key -> withIdentity(key, CLIENT));
        ends.server(asks(ClientAuth.REQUIRED));
        ends.assertRefused(TlsTicketRefusal.NO_CLIENT_CERTIFICATE);
        ends.assertResumes();
    }

    /** It resumes, but does not report a certificate that it has not verified, nor put it into the next ticket. */
    @ParameterizedTest
    @EnumSource
    void aServerThatAsksNoLonger(TlsVersion version) throws SSLException {
        Endpoints ends = authenticating(version);
        ends.start();
        ends.server(builder -> builder.clientAuth(ClientAuth.NONE));
        ends.assertResumes();
        ends.server(asks(ClientAuth.REQUIRED));
        if (version == TlsVersion.TLS_1_3) {
            ends.assertRefused(TlsTicketRefusal.NO_CLIENT_CERTIFICATE);
        }
        // In TLS 1.2 the ticket is still the first one, with the certificate.
        ends.assertResumes();
    }

    // ---- trust

    @ParameterizedTest
    @EnumSource
    void trustReplaced(TlsVersion version) throws SSLException {
        Endpoints ends = authenticating(version);
        ends.start();
        ends.server(builder -> builder.trust(TestPki.trust(List.of(CLIENT_CERTIFICATE))));
        ends.assertResumes();
        // Two authorities, of which the client's is the second: still trusted.
        ends.server(builder ->
                builder.trust(TestPki.trust(List.of(TestPki.ca(KeyKind.ED25519), TestPki.ca(KeyKind.ECDSA_P256)))));
        ends.assertResumes();
        // The client keeps the ticket, and now also has an identity that the new trust accepts.
        TestCertificate authority = TestCertificate.authority(KeyKind.ECDSA_P256, "Second CA");
        TlsIdentity second = TestCertificate.of(KeyKind.ECDSA_P256, "second client")
                .purposes(TestCertificate.CLIENT_AUTH)
                .issuedBy(authority)
                .identity();
        ends.client(builder -> builder.identity(second));
        ends.moveSessions(key -> withIdentity(key, second));
        ends.server(builder -> builder.trust(TestPki.trust(List.of(authority.certificate()))));
        Endpoints.Connection connection = ends.assertRefused(TlsTicketRefusal.CLIENT_NOT_TRUSTED);
        assertEquals(second.chain(), connection.server().engine().session().peerCertificates());
    }

    /** A client whose certificate is no longer trusted gains nothing by its ticket. */
    @ParameterizedTest
    @EnumSource
    void trustWithdrawn(TlsVersion version) throws SSLException {
        Endpoints ends = authenticating(version);
        ends.start();
        ends.server(builder -> builder.trust(Endpoints.OTHER_TRUST));
        assertThrows(TlsPeerUnverifiedException.class, ends::connect);
        assertEquals(List.of(TlsTicketRefusal.CLIENT_NOT_TRUSTED), Endpoints.refusals(ends.server));
    }

    private static SessionKey withIdentity(SessionKey key, TlsIdentity identity) {
        return new SessionKey(
                key.host(),
                key.port(),
                key.serverNames(),
                key.trust(),
                key.verifyHost(),
                key.verifiedName(),
                List.of(identity),
                key.signatureSchemes(),
                key.psk());
    }

    /** The state of the ticket holds a chain that has expired meanwhile. */
    @ParameterizedTest
    @EnumSource
    void chainExpired(TlsVersion version) throws SSLException {
        Instant now = Instant.now();
        TlsIdentity expired = TestCertificate.of(KeyKind.ECDSA_P256, "expired client")
                .purposes(TestCertificate.CLIENT_AUTH)
                .validity(now.minus(Duration.ofDays(30)), now.minus(Duration.ofDays(1)))
                .issuedBy(TestPki.authority(KeyKind.ECDSA_P256))
                .identity();
        Endpoints ends = authenticating(version).server(builder -> builder.ticketKeys(new PlainKeys()));
        ends.start();
        ends.alterTickets(ticket -> withChain(ticket, CLIENT.chain()));
        ends.assertResumes();
        ends.alterTickets(ticket -> withChain(ticket, expired.chain()));
        ends.assertRefused(TlsTicketRefusal.CLIENT_NOT_TRUSTED);
        ends.assertResumes();
    }

    private static byte[] withChain(byte[] ticket, List<X509Certificate> chain) {
        try {
            SessionState state = SessionState.decode(ticket);
            return new SessionState(
                            state.protocol(),
                            state.cipherSuite(),
                            state.secret(),
                            state.authenticated(),
                            state.issued(),
                            state.expires(),
                            state.ageAdd(),
                            state.context(),
                            state.serverName(),
                            state.applicationProtocol(),
                            state.certificateRequested(),
                            chain,
                            state.pskIdentity())
                    .encode();
        } catch (IOException | CertificateException e) {
            throw new AssertionError(e);
        }
    }

    // ---- trust managers

    /** A trust manager that accepts each chain until a test makes it fail. */
    private static final class Manager implements X509TrustManager {
        private int calls;
        private @Nullable Throwable failure;

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            calls++;
            Throwable current = failure;
            failure = null;
            switch (current) {
                case null -> {}
                case CertificateException e -> throw e;
                case RuntimeException e -> throw e;
                case Error e -> throw e;
                default -> throw new AssertionError(current);
            }
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            throw new CertificateException("not for servers");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    @ParameterizedTest
    @EnumSource
    void aTrustManagerDecidesAgain(TlsVersion version) throws SSLException {
        Manager manager = new Manager();
        Endpoints ends = authenticating(version).server(builder -> builder.trust(TlsTrust.of(manager)));
        ends.start();
        assertEquals(1, manager.calls);
        ends.assertResumes();
        assertEquals(2, manager.calls, "the manager is asked once for each handshake");
        // Each failure is thrown once, so that the full handshake which follows succeeds.
        for (Throwable failure : List.of(
                new CertificateException("revoked"),
                new IllegalStateException("the directory does not answer"),
                new StackOverflowError("a broken manager"))) {
            manager.failure = failure;
            ends.assertRefused(TlsTicketRefusal.CLIENT_NOT_TRUSTED);
            ends.assertResumes();
        }
    }
}
