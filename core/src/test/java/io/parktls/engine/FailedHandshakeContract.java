package io.parktls.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.CipherSuite;
import io.parktls.ClientAuth;
import io.parktls.NamedGroup;
import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.TlsAlert;
import io.parktls.TlsFailure;
import io.parktls.TlsHandshakeException;
import io.parktls.TlsPeerUnverifiedException;
import io.parktls.TlsStatus;
import io.parktls.TlsVersion;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Handshakes that fail because the two ends have no common parameters, or because one end cannot authenticate itself.
 */
abstract class FailedHandshakeContract extends TlsEngineContract {
    FailedHandshakeContract(EngineProfile profile) {
        super(profile);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("NEG-01 no common cipher suite: handshake_failure")
    void noCommonSuite(TlsVersion version) throws SSLException {
        boolean tls13 = version == TlsVersion.TLS_1_3;
        EngineEnd client = client(clientContext(version)
                .cipherSuites(
                        tls13
                                ? CipherSuite.TLS_CHACHA20_POLY1305_SHA256
                                : CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384));
        EngineEnd server = server(serverContext(version)
                .cipherSuites(
                        tls13
                                ? CipherSuite.TLS_AES_256_GCM_SHA384
                                : CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256));
        assertAlert(TlsHandshakeException.class, TlsAlert.HANDSHAKE_FAILURE, failHandshake(client, server));
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("NEG-02 no common group: handshake_failure")
    void noCommonGroup(TlsVersion version) throws SSLException {
        EngineEnd client = client(clientContext(version).groups(NamedGroup.X25519));
        EngineEnd server =
                server(serverContext(version).groups(NamedGroup.SECP384R1).identity(TestPki.server(KeyKind.RSA_2048)));
        assertAlert(TlsHandshakeException.class, profile.noCommonGroupAlert(version), failHandshake(client, server));
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("NEG-03 no common version: protocol_version")
    void noCommonVersion(TlsVersion version) throws SSLException {
        TlsVersion other = version == TlsVersion.TLS_1_2 ? TlsVersion.TLS_1_3 : TlsVersion.TLS_1_2;
        SSLException failure = failHandshake(client(clientContext(version)), server(serverContext(other)));
        assertAlert(TlsHandshakeException.class, TlsAlert.PROTOCOL_VERSION, failure);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("NEG-06 unknown authority")
    void unknownAuthority(TlsVersion version) throws SSLException {
        EngineEnd server = server(serverContext(version).identity(TestPki.unknownCa(KeyKind.ECDSA_P256)));
        SSLException failure = failHandshake(client(clientContext(version)), server);
        assertAlert(TlsPeerUnverifiedException.class, profile.unknownAuthority(), failure);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("NEG-07 certificate for another host: bad_certificate")
    void wrongHost(TlsVersion version) throws SSLException {
        EngineEnd server = server(serverContext(version).identity(TestPki.wrongHost(KeyKind.ECDSA_P256)));
        SSLException failure = failHandshake(client(clientContext(version)), server);
        assertAlert(TlsPeerUnverifiedException.class, TlsAlert.BAD_CERTIFICATE, failure);
        assertTrue(failure.getMessage().contains("elsewhere.test"), failure.getMessage());
    }

    @ParameterizedTest
    @EnumSource
    void expiredCertificate(TlsVersion version) throws SSLException {
        EngineEnd server = server(serverContext(version).identity(TestPki.expired(KeyKind.ECDSA_P256)));
        SSLException failure = failHandshake(client(clientContext(version)), server);
        assertAlert(TlsPeerUnverifiedException.class, TlsAlert.CERTIFICATE_EXPIRED, failure);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("NEG-11, NEG-12 no client certificate: handshake_failure, in TLS 1.3 certificate_required")
    void noClientCertificate(TlsVersion version) throws SSLException {
        EngineEnd server =
                server(serverContext(version).clientAuth(ClientAuth.REQUIRED).trust(TestPki.trust()));
        SSLException failure = failHandshake(client(clientContext(version)), server);
        TlsAlert expected = version == TlsVersion.TLS_1_3 ? TlsAlert.CERTIFICATE_REQUIRED : TlsAlert.HANDSHAKE_FAILURE;
        assertAlert(TlsPeerUnverifiedException.class, expected, failure);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("NEG-13 a client certificate that does not verify")
    void badClientCertificate(TlsVersion version) throws SSLException {
        EngineEnd client = client(clientContext(version).identity(TestPki.client(KeyKind.RSA_2048)));
        EngineEnd server =
                server(serverContext(version).clientAuth(ClientAuth.REQUIRED).trust(TestPki.trust(KeyKind.ECDSA_P384)));
        SSLException failure = failHandshake(client, server);
        assertInstanceOf(TlsPeerUnverifiedException.class, failure);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("NEG-14 a client certificate that is requested but not required may be missing")
    void wantedClientCertificate(TlsVersion version) throws SSLException {
        Pair pair = connected(
                clientContext(version),
                serverContext(version).clientAuth(ClientAuth.WANTED).trust(TestPki.trust()));
        assertEquals(List.of(), pair.server().engine().session().peerCertificates());
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("NEG-15 no common application protocol: no_application_protocol")
    void noCommonApplicationProtocol(TlsVersion version) throws SSLException {
        SSLException failure = failHandshake(
                client(clientContext(version).applicationProtocols("h2")),
                server(serverContext(version).applicationProtocols("http/1.1")));
        assertAlert(TlsHandshakeException.class, TlsAlert.NO_APPLICATION_PROTOCOL, failure);
    }

    @Test
    @DisplayName("NEG-19 exactly one common version")
    void overlappingVersions() throws SSLException {
        Pair pair = connected(clientContext(), serverContext(TlsVersion.TLS_1_2));
        assertEquals(TlsVersion.TLS_1_2, pair.client().engine().session().protocol());
    }

    private static void assertAlert(Class<? extends SSLException> type, TlsAlert alert, SSLException failure) {
        assertInstanceOf(type, failure);
        assertEquals(Optional.of(alert), ((TlsFailure) failure).alert(), failure.toString());
    }

    /** Handshakes until one end fails, and returns its failure. The other end then receives the alert and fails too. */
    private static SSLException failHandshake(EngineEnd client, EngineEnd server) throws SSLException {
        SSLException failure = null;
        EngineEnd other = client;
        for (int turn = 0; failure == null; turn++) {
            assertTrue(turn < 10, "neither end fails");
            try {
                if (client.handshake() == TlsStatus.OK) {
                    client.readNothing();
                }
                server.receiveFrom(client);
            } catch (SSLException e) {
                failure = e;
                other = server;
                break;
            }
            try {
                server.handshake();
                client.receiveFrom(server);
            } catch (SSLException e) {
                failure = e;
            }
        }
        TlsFailure typed = assertInstanceOf(TlsFailure.class, failure);
        assertFalse(typed.isAlertReceived(), failure.toString());
        EngineEnd failed = other == client ? server : client;
        EngineEnd informed = other;
        informed.receiveFrom(failed);
        SSLException told = assertThrows(SSLException.class, () -> {
            if (informed.handshake() == TlsStatus.OK) {
                informed.readNothing();
            }
        });
        TlsFailure typedToo = assertInstanceOf(TlsFailure.class, told);
        assertTrue(typedToo.isAlertReceived(), told.toString());
        assertEquals(typed.alert(), typedToo.alert(), "both ends report the same alert");
        return failure;
    }
}
