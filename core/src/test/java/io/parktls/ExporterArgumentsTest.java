package io.parktls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.bio.Bio;
import io.parktls.engine.TlsEngineProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Both engines accept the same exporter arguments (RFC 5705 4, RFC 8446 7.5). */
class ExporterArgumentsTest {
    private static final String LABEL = "EXPERIMENTAL parktls";

    private record Wrong(String label, int context, int length, String named) {}

    private static final List<Wrong> ALWAYS_WRONG = List.of(
            new Wrong("", 0, 32, "label"),
            new Wrong("client finished", 0, 32, "client finished"),
            new Wrong("server finished", 0, 32, "server finished"),
            new Wrong("master secret", 0, 32, "master secret"),
            new Wrong("extended master secret", 0, 32, "extended master secret"),
            new Wrong("key expansion", 0, 32, "key expansion"),
            new Wrong("EXPERIMENTAL \u00e4", 0, 32, "label"),
            new Wrong("EXPERIMENTAL \u0000", 0, 32, "label"),
            new Wrong("EXPERIMENTAL \n", 0, 32, "label"),
            new Wrong("\uD83D\uDE00", 0, 32, "label"),
            new Wrong(LABEL, 0, 0, "length 0"),
            new Wrong(LABEL, 0, -1, "length -1"),
            new Wrong(LABEL, 0, Integer.MIN_VALUE, "length -2147483648"),
            new Wrong(LABEL, 0, Integer.MAX_VALUE, "length 2147483647"));

    private static final List<Wrong> WRONG_12 =
            List.of(new Wrong(LABEL, 65_536, 32, "context of 65536"), new Wrong(LABEL, 0, 65_536, "length 65536"));

    private static final List<Wrong> WRONG_13 = List.of(
            new Wrong("a".repeat(250), 0, 32, "label of 250"), new Wrong(LABEL, 0, 255 * 32 + 1, "length 8161"));

    static Stream<Arguments> connections() {
        List<Arguments> cases = new ArrayList<>();
        for (TlsEngineProvider engine : List.of(TlsEngineProvider.bouncyCastle(), TlsEngineProvider.jsse())) {
            for (TlsVersion version : TlsVersion.values()) {
                cases.add(Arguments.of(engine, version));
            }
        }
        return cases.stream();
    }

    @ParameterizedTest
    @MethodSource("connections")
    void aWrongArgumentIsNamed(TlsEngineProvider engine, TlsVersion version) throws Exception {
        ConnectionPair pair = pair(engine, version);
        List<Wrong> wrong = new ArrayList<>(ALWAYS_WRONG);
        wrong.addAll(version == TlsVersion.TLS_1_3 ? WRONG_13 : WRONG_12);

        for (Wrong row : wrong) {
            for (TlsConnection end : List.of(pair.client(), pair.server())) {
                IllegalArgumentException refused = assertThrows(
                        IllegalArgumentException.class,
                        () -> end.exportKeyingMaterial(row.label(), new byte[row.context()], row.length()),
                        row::toString);
                assertTrue(refused.getMessage().contains(row.named()), refused::getMessage);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("connections")
    void theLimitsThemselvesAreAllowed(TlsEngineProvider engine, TlsVersion version) throws Exception {
        ConnectionPair pair = pair(engine, version);
        boolean is13 = version == TlsVersion.TLS_1_3;
        String longest = "a".repeat(is13 ? 249 : 1_000);
        int length = is13 ? 255 * 32 : 65_535;
        // SunJSSE accepts at most 255 bytes in TLS 1.3.
        int contextOf13 = engine == TlsEngineProvider.bouncyCastle() ? 70_000 : 255;
        byte[] context = new byte[is13 ? contextOf13 : 65_535];

        byte[] client = pair.client().exportKeyingMaterial(longest, context, length);

        assertEquals(length, client.length);
        assertArrayEquals(client, pair.server().exportKeyingMaterial(longest, context, length));
        assertArrayEquals(
                pair.client().exportKeyingMaterial("client finished ", null, 1),
                pair.server().exportKeyingMaterial("client finished ", null, 1));
    }

    private static ConnectionPair pair(TlsEngineProvider engine, TlsVersion version) throws Exception {
        CipherSuite suite = version == TlsVersion.TLS_1_3
                ? CipherSuite.TLS_AES_128_GCM_SHA256
                : CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256;
        return new ConnectionPair(
                        TestContexts.client(engine, version).cipherSuites(suite).build(),
                        TestContexts.server(engine, version).cipherSuites(suite).build(),
                        Bio.pair(1 << 16))
                .handshake();
    }
}
