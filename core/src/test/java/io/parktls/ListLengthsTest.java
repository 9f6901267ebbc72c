package io.parktls;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.TestPki.KeyKind;
import io.parktls.engine.EngineEnd;
import io.parktls.engine.TlsEngineProvider;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Lists whose lengths take 8, 16 or 24 bits on the wire. Entries that do not fit are omitted if the protocol allows
 * that; otherwise the settings are refused when the context is built.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ListLengthsTest {
    private static final int NAME_LENGTH = 100;

    /**
     * @param authorities the number of authorities that the server trusts, with names of some 120 bytes
     * @param named how many of them the server names
     */
    record Authorities(String engine, TlsVersion version, int authorities, int named) {
        TlsEngineProvider provider() {
            return engine.equals("JSSE") ? TlsEngineProvider.jsse() : TlsEngineProvider.bouncyCastle();
        }
    }

    static List<Authorities> authorities() {
        List<Authorities> rows = new ArrayList<>();
        for (String engine : List.of("Bouncy Castle", "JSSE")) {
            for (TlsVersion version : TlsVersion.values()) {
                rows.add(new Authorities(engine, version, 1, 1));
                rows.add(new Authorities(engine, version, 200, 200));
                rows.add(new Authorities(engine, version, 700, 0));
                rows.add(new Authorities(engine, version, 1500, 0));
            }
        }
        return rows;
    }

    @ParameterizedTest
    @MethodSource("authorities")
    void clientsAreVerifiedByAnyNumberOfAuthorities(Authorities row) throws Exception {
        KeyStore anchors = TestPki.keyStore(Anchors.ALL.subList(0, row.authorities()));
        TlsIdentity stranger = TestPki.client(KeyKind.ECDSA_P256);
        TlsIdentity client = TestCertificate.of(KeyKind.ECDSA_P256, "client")
                .purposes(TestCertificate.CLIENT_AUTH)
                .issuedBy(Anchors.ISSUER)
                .identity();
        // Only the list of authorities shows the client that the server trusts the second identity.
        boolean listed = row.named() > 0;
        EngineEnd clientEnd = EngineEnd.client(
                TestContexts.client(TlsEngineProvider.bouncyCastle(), row.version())
                        .identity(listed ? new TlsIdentity[] {stranger, client} : new TlsIdentity[] {client, stranger})
                        .build(),
                TestContexts.HOST);
        EngineEnd server = EngineEnd.server(TestContexts.server(row.provider(), row.version())
                .clientAuth(ClientAuth.REQUIRED)
                .trust(TlsTrust.of(anchors))
                .build());
        EngineEnd.connect(clientEnd, server);
        assertEquals(client.chain(), server.engine().session().peerCertificates());
    }

    record Refused(String what, TlsContext.Builder builder, String named) {
        @Override
        public String toString() {
            return what;
        }
    }

    static Stream<Refused> refused() {
        return Stream.of(TlsEngineProvider.bouncyCastle(), TlsEngineProvider.jsse())
                .flatMap(engine -> Stream.of(
                        new Refused(
                                engine.name() + ": hybrid groups without TLS 1.3",
                                TlsContext.builder()
                                        .engine(engine)
                                        .protocols(TlsVersion.TLS_1_2)
                                        .groups(NamedGroup.X25519MLKEM768),
                                "groups"),
                        new Refused(
                                engine.name() + ": a chain of more than 2^24 bytes",
                                TlsContext.builder().engine(engine).identity(Chains.TOO_LONG),
                                "identity")));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void whatCanNeverWorkIsRefusedAtOnce(Refused row) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, row.builder()::build);
        assertTrue(e.getMessage().startsWith(row.named()), e.getMessage());
    }

    static Stream<List<String>> applicationProtocols() {
        return Stream.of(
                        names(1, 0),
                        names(1, 256),
                        names(240, 255),
                        names(257, 254),
                        names(256, 255),
                        names(20_000, 4),
                        names(33_000, 1))
                .map(List::of);
    }

    @ParameterizedTest
    @MethodSource("applicationProtocols")
    void applicationProtocolsThatNoMessageHolds(List<String> names) {
        IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class,
                () -> TlsContext.builder().applicationProtocols(names.toArray(String[]::new)));
        assertTrue(e.getMessage().contains("ALPN"), e.getMessage());
    }

    /** A handshake with the longest accepted list succeeds. */
    @ParameterizedTest
    @MethodSource("versionsAndEngines")
    void longestApplicationProtocols(TlsVersion version, TlsEngineProvider engine) throws Exception {
        String[] names = names(61_439 / 256, 255);
        TlsContext client =
                TestContexts.client(engine, version).applicationProtocols(names).build();
        TlsContext server = assertDoesNotThrow(() -> TestContexts.server(TlsEngineProvider.bouncyCastle(), version)
                .applicationProtocols(names[names.length - 1])
                .limits(TlsLimits.DEFAULT.withClientHelloSize(100_000))
                .build());
        EngineEnd clientEnd = EngineEnd.client(client, TestContexts.HOST);
        EngineEnd serverEnd = EngineEnd.server(server);
        EngineEnd.connect(clientEnd, serverEnd);
        assertEquals(names[names.length - 1], serverEnd.engine().session().applicationProtocol());
    }

    static List<Arguments> versionsAndEngines() {
        List<Arguments> rows = new ArrayList<>();
        for (TlsVersion version : TlsVersion.values()) {
            rows.add(Arguments.of(version, TlsEngineProvider.bouncyCastle()));
            rows.add(Arguments.of(version, TlsEngineProvider.jsse()));
        }
        return rows;
    }

    private static String[] names(int count, int length) {
        return IntStream.range(0, count)
                .mapToObj(i -> (i + "-" + "n".repeat(length)).substring(0, length))
                .toArray(String[]::new);
    }

    /** Returns authorities with names of some 120 bytes; the first is the issuer of the client's certificate. */
    private static final class Anchors {
        static final TestCertificate ISSUER = TestCertificate.authority(KeyKind.ECDSA_P256, "CA of the client");
        static final List<X509Certificate> ALL = all();

        private static List<X509Certificate> all() {
            KeyPair pair = KeyKind.ECDSA_P256.generate();
            List<X509Certificate> all = new ArrayList<>(List.of(ISSUER.certificate()));
            for (int i = 1; i < 1500; i++) {
                all.add(TestCertificate.of(KeyKind.ECDSA_P256, "CA " + i + " " + "x".repeat(NAME_LENGTH))
                        .authority()
                        .keyPair(pair)
                        .selfSigned()
                        .certificate());
            }
            return all;
        }
    }

    private static final class Chains {
        /** Returns 35 certificates of 500 KB each, because each has two long names. */
        static final TlsIdentity TOO_LONG = tooLong();

        private static TlsIdentity tooLong() {
            TestCertificate issuer = TestCertificate.authority(KeyKind.ECDSA_P256, "Long CA");
            String name = "x".repeat(250_000);
            for (int i = 0; i < 35; i++) {
                issuer = TestCertificate.of(KeyKind.ECDSA_P256, i + name)
                        .authority()
                        .issuedBy(issuer);
            }
            return TestCertificate.of(KeyKind.ECDSA_P256, "leaf")
                    .issuedBy(issuer)
                    .identity();
        }
    }
}
