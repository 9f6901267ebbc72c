package io.parktls.choice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.CertificateRequestInfo;
import io.parktls.ClientAuth;
import io.parktls.TestContexts;
import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.TlsAlert;
import io.parktls.TlsContext;
import io.parktls.TlsFailure;
import io.parktls.TlsIdentity;
import io.parktls.TlsIdentityChooser;
import io.parktls.choice.ChoiceEnds.Case;
import io.parktls.engine.TlsEngineProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.security.auth.x500.X500Principal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A client chooses its identity by the server's request, with each engine. */
final class ClientIdentityChoiceTest {
    private static final TlsIdentity ECDSA = TestPki.client(KeyKind.ECDSA_P256);
    private static final TlsIdentity RSA = TestPki.client(KeyKind.RSA_2048);
    private static final X500Principal RSA_AUTHORITY =
            TestPki.ca(KeyKind.RSA_2048).getSubjectX500Principal();

    static Stream<Case> cases() {
        return ChoiceEnds.cases();
    }

    private static TlsContext client(Case settings, TlsIdentityChooser chooser) {
        return TestContexts.client(settings.engine(), settings.version())
                .chooseIdentity(chooser)
                .build();
    }

    private static TlsContext server(ClientAuth auth, KeyKind... authorities) {
        return TestContexts.server(TlsEngineProvider.bouncyCastle())
                .clientAuth(auth)
                .trust(TestPki.trust(Stream.of(authorities).map(TestPki::ca).toList()))
                .build();
    }

    private static ChoiceEnds handshake(TlsContext client, TlsContext server) throws Exception {
        return ChoiceEnds.of(client, server, TestContexts.HOST).handshake();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void byAuthority(Case settings) throws Exception {
        List<CertificateRequestInfo> seen = new ArrayList<>();
        TlsContext client = client(settings, request -> {
            seen.add(request);
            return Optional.of(request.authorities().contains(RSA_AUTHORITY) ? RSA : ECDSA);
        });
        for (KeyKind kind : List.of(KeyKind.RSA_2048, KeyKind.ECDSA_P256)) {
            seen.clear();
            ChoiceEnds ends = handshake(client, server(ClientAuth.REQUIRED, kind));
            assertEquals(TestPki.client(kind).chain(), ends.server.session().peerCertificates());
            assertEquals(TestPki.client(kind).chain(), ends.client.session().localCertificates());
            ends.echo();
            CertificateRequestInfo request = seen.getFirst();
            assertEquals(TestContexts.HOST, request.host());
            assertEquals(settings.version(), request.protocol());
            assertFalse(request.signatureSchemes().isEmpty());
            assertTrue(request.canVerify(ECDSA) && request.canVerify(RSA));
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void noIdentity(Case settings) throws Exception {
        TlsContext client = client(settings, request -> Optional.empty());
        ChoiceEnds ends = handshake(client, server(ClientAuth.WANTED, KeyKind.ECDSA_P256));
        assertEquals(List.of(), ends.server.session().peerCertificates());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void notAskedIfTheServerAsksForNothing(Case settings) throws Exception {
        TlsContext client = client(settings, request -> {
            throw new AssertionError("not asked for a certificate");
        });
        handshake(client, TestContexts.server(TlsEngineProvider.bouncyCastle()).build())
                .echo();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void failureEndsTheHandshake(Case settings) {
        List<TlsIdentityChooser> choosers = List.of(
                request -> {
                    throw new Exception("thrown by the test");
                },
                request -> {
                    throw new AssertionError("thrown by the test");
                },
                request -> null);
        for (TlsIdentityChooser chooser : choosers) {
            ChoiceEnds ends = ChoiceEnds.of(
                    client(settings, chooser), server(ClientAuth.REQUIRED, KeyKind.ECDSA_P256), TestContexts.HOST);
            SSLException e = assertThrows(SSLException.class, ends::handshake);
            TlsAlert alert = ((TlsFailure) e).alert().orElseThrow();
            assertEquals(TlsAlert.INTERNAL_ERROR, alert, e.toString());
        }
    }

    @Test
    void contextWithIdentitiesOfItsOwnHasNoChooser() throws Exception {
        TlsContext.Builder builder = TlsContext.builder()
                .engine(TlsEngineProvider.jsse(SSLContext.getDefault()))
                .chooseIdentity(request -> Optional.empty());
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, builder::build);
        assertTrue(e.getMessage().contains("chooseIdentity"), e.getMessage());
    }
}
