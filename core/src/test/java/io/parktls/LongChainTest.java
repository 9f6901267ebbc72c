package io.parktls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.TestPki.KeyKind;
import io.parktls.engine.EngineEnd;
import io.parktls.engine.TlsEngineProvider;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests chains of certificates up to the limits of the receiver, from servers and from clients, and that the Bouncy
 * Castle engine compresses those of its servers (RFC 8879).
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LongChainTest {
    private static final KeyPair PAIR = KeyKind.ECDSA_P256.generate();
    private static final Map<Chain, TlsIdentity> IDENTITIES = new ConcurrentHashMap<>();

    /**
     * A chain with some size.
     *
     * @param bytes about how many bytes its certificates have
     * @param repetitive whether compression makes it much shorter
     */
    record Chain(int bytes, boolean repetitive) {
        TlsIdentity identity() {
            return IDENTITIES.computeIfAbsent(this, Chain::create);
        }

        /** The authorities have long names, each of which is in two certificates. */
        private TlsIdentity create() {
            int authorities = 4;
            TestCertificate issuer = TestPki.authority(KeyKind.ECDSA_P256);
            for (int i = 0; i < authorities; i++) {
                issuer = TestCertificate.of(KeyKind.ECDSA_P256, name(i, bytes / authorities / 2 - 500))
                        .authority()
                        .keyPair(PAIR)
                        .issuedBy(issuer);
            }
            return TestPki.goodServer(KeyKind.ECDSA_P256)
                    .purposes(TestCertificate.SERVER_AUTH, TestCertificate.CLIENT_AUTH)
                    .keyPair(PAIR)
                    .issuedBy(issuer)
                    .identity();
        }

        private String name(int number, int length) {
            if (repetitive) {
                return number + "x".repeat(length);
            }
            byte[] noise = new byte[length];
            new Random(number).nextBytes(noise);
            String text = new String(Base64.getUrlEncoder().encode(noise), StandardCharsets.US_ASCII);
            return number + text.substring(0, length);
        }
    }

    private static TlsEngineProvider engine(String name) {
        return name.equals("JSSE") ? TlsEngineProvider.jsse() : TlsEngineProvider.bouncyCastle();
    }

    static Stream<Arguments> chains() {
        return Stream.of(TlsVersion.values())
                .flatMap(version -> Stream.of(
                        // SunJSSE receives messages of up to 32 KiB by default.
                        Arguments.of("JSSE", "JSSE", version, 30_000),
                        Arguments.of("JSSE", "Bouncy Castle", version, 30_000),
                        Arguments.of("Bouncy Castle", "JSSE", version, 30_000),
                        Arguments.of("Bouncy Castle", "Bouncy Castle", version, 62_000)));
    }

    /** Chains up to the default limits, of both ends, compressible and not. */
    @ParameterizedTest
    @MethodSource("chains")
    void upToTheDefaultLimits(String client, String server, TlsVersion version, int bytes) throws Exception {
        for (boolean repetitive : new boolean[] {true, false}) {
            TlsIdentity identity = new Chain(bytes, repetitive).identity();
            assertTrue(size(identity) > bytes * 9 / 10, () -> size(identity) + " bytes");
            connect(
                    TestContexts.client(engine(client), version)
                            .identity(identity)
                            .build(),
                    mutual(engine(server), version, identity).build(),
                    identity);
        }
    }

    /** A receiver with a higher limit accepts longer chains from either engine. */
    @ParameterizedTest
    @EnumSource
    void upToRaisedLimits(TlsVersion version) throws Exception {
        TlsIdentity identity = new Chain(600_000, false).identity();
        TlsLimits limits = TlsLimits.DEFAULT.withHandshakeMessageSize(700_000);
        TlsEngineProvider engine = TlsEngineProvider.bouncyCastle();
        connect(
                TestContexts.client(engine, version)
                        .identity(identity)
                        .limits(limits)
                        .build(),
                mutual(engine, version, identity).limits(limits).build(),
                identity);
        EngineEnd client = EngineEnd.client(
                TestContexts.client(engine, version).limits(limits).build(), TestContexts.HOST);
        EngineEnd.connect(
                client,
                EngineEnd.server(TestContexts.server(TlsEngineProvider.jsse(), version)
                        .identity(identity)
                        .build()));
        assertEquals(identity.chain(), client.engine().session().peerCertificates());
    }

    private static TlsContext.Builder mutual(TlsEngineProvider engine, TlsVersion version, TlsIdentity identity) {
        return TestContexts.server(engine, version)
                .identity(identity)
                .trust(TestPki.trust())
                .clientAuth(ClientAuth.REQUIRED);
    }

    private static void connect(TlsContext client, TlsContext server, TlsIdentity identity) throws SSLException {
        EngineEnd clientEnd = EngineEnd.client(client, TestContexts.HOST);
        EngineEnd serverEnd = EngineEnd.server(server);
        EngineEnd.connect(clientEnd, serverEnd);
        assertEquals(identity.chain(), clientEnd.engine().session().peerCertificates());
        assertEquals(identity.chain(), serverEnd.engine().session().peerCertificates());
    }

    /** A server's flight with a compressed chain is much shorter than the chain. TLS 1.2 has no compression. */
    @ParameterizedTest
    @EnumSource
    void aServerCompressesWhatGetsShorter(TlsVersion version) throws Exception {
        TlsEngineProvider engine = TlsEngineProvider.bouncyCastle();
        boolean is13 = version == TlsVersion.TLS_1_3;
        for (boolean repetitive : new boolean[] {true, false}) {
            TlsIdentity identity = new Chain(30_000, repetitive).identity();
            TlsContext server =
                    TestContexts.server(engine, version).identity(identity).build();
            TlsContext client = TestContexts.client(engine, version).build();
            // The second handshake uses what the first has compressed.
            for (int i = 0; i < 2; i++) {
                int flight = firstFlight(client, server);
                assertEquals(
                        is13 && repetitive,
                        flight < 6_000,
                        () -> "the flight of " + version + " has " + flight + " bytes, repetitive: " + repetitive);
            }
        }
    }

    private static int firstFlight(TlsContext client, TlsContext server) throws SSLException {
        EngineEnd clientEnd = EngineEnd.client(client, TestContexts.HOST);
        EngineEnd serverEnd = EngineEnd.server(server);
        clientEnd.handshake();
        serverEnd.receiveFrom(clientEnd);
        int bytes = 0;
        while (serverEnd.handshake() == TlsStatus.WANT_WRITE) {
            byte[] record = serverEnd.drain();
            bytes += record.length;
            clientEnd.receive(record);
        }
        byte[] last = serverEnd.drain();
        clientEnd.receive(last);
        EngineEnd.connect(clientEnd, serverEnd);
        return bytes + last.length;
    }

    /** The limit on messages also holds for what a short message decompresses to. */
    @Test
    void aCompressedChainAboveTheLimitIsRefused() {
        TlsIdentity identity = new Chain(200_000, true).identity();
        TlsEngineProvider engine = TlsEngineProvider.bouncyCastle();
        EngineEnd client =
                EngineEnd.client(TestContexts.client(engine, TlsVersion.TLS_1_3).build(), TestContexts.HOST);
        EngineEnd server = EngineEnd.server(TestContexts.server(engine, TlsVersion.TLS_1_3)
                .identity(identity)
                .build());
        TlsHandshakeException e = assertThrows(TlsHandshakeException.class, () -> EngineEnd.connect(client, server));
        assertEquals(TlsAlert.BAD_CERTIFICATE, e.alert().orElseThrow());
        assertTrue(e.getMessage().contains("65536"), e.getMessage());
    }

    private static int size(TlsIdentity identity) {
        try {
            int bytes = 0;
            for (X509Certificate certificate : identity.chain()) {
                bytes += certificate.getEncoded().length;
            }
            return bytes;
        } catch (CertificateEncodingException e) {
            throw new AssertionError(e);
        }
    }
}
