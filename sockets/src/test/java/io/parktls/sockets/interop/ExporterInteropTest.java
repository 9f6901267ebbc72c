package io.parktls.sockets.interop;

import static io.parktls.NamedGroup.SECP256R1;
import static io.parktls.TestPki.KeyKind.ECDSA_P256;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.parktls.CipherSuite;
import io.parktls.engine.TlsEngineProvider;
import io.parktls.sockets.TlsServerSocket;
import io.parktls.sockets.TlsSocket;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that both ends export the same keying material (RFC 5705, RFC 8446 7.5). */
@Timeout(300)
class ExporterInteropTest {
    private static final String LABEL = "EXPERIMENTAL parktls";
    private static final int LENGTH = 40;
    private static final Pattern OPENSSL_SAYS = Pattern.compile("Keying material: ([0-9A-F]{80})");
    private static final Pattern GNUTLS_SAYS = Pattern.compile("- Key material: ([0-9a-f]{80})");

    static Stream<Arguments> all() {
        return Stream.of(CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, CipherSuite.TLS_AES_128_GCM_SHA256)
                .map(suite -> Scenario.with(suite, SECP256R1, ECDSA_P256).withName())
                .flatMap(scenario -> Ours.ENGINES.stream().map(engine -> Arguments.of(scenario, engine)));
    }

    @ParameterizedTest
    @MethodSource("all")
    void opensslServer(Scenario scenario, TlsEngineProvider engine) throws Exception {
        try (ForeignPeer theirs = ForeignPeer.start(
                        OpenSsl.server(scenario, "-keymatexport", LABEL, "-keymatexportlen", "" + LENGTH));
                TlsSocket ours = Ours.client(scenario.clientContext(engine), scenario.host(), OpenSsl.port(theirs))) {
            compare(ours, theirs, OPENSSL_SAYS);
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void opensslClient(Scenario scenario, TlsEngineProvider engine) throws Exception {
        try (TlsServerSocket listening = Ours.server(scenario.serverContext(engine));
                ForeignPeer theirs = ForeignPeer.start(OpenSsl.client(
                        scenario, Ours.port(listening), "-keymatexport", LABEL, "-keymatexportlen", "" + LENGTH));
                TlsSocket ours = Ours.accept(listening)) {
            compare(ours, theirs, OPENSSL_SAYS);
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void gnutlsServer(Scenario scenario, TlsEngineProvider engine) throws Exception {
        try (ForeignPeer.Listening theirs = ForeignPeer.listen(
                        port -> ForeignPeer.start(GnuTls.server(
                                scenario, port, "--keymatexport", LABEL, "--keymatexportsize", "" + LENGTH)),
                        GnuTls.LISTENING);
                TlsSocket ours = Ours.client(scenario.clientContext(engine), scenario.host(), theirs.port())) {
            compare(ours, theirs.peer(), GNUTLS_SAYS);
        }
    }

    private static void compare(TlsSocket ours, ForeignPeer theirs, Pattern says) throws Exception {
        ours.doHandshake();
        byte[] exported = ours.connection().exportKeyingMaterial(LABEL, null, LENGTH);
        assertEquals(
                theirs.await(says).group(1).toLowerCase(Locale.ROOT),
                HexFormat.of().formatHex(exported));
    }
}
