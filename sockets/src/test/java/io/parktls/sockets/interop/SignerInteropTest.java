package io.parktls.sockets.interop;

import static io.parktls.CipherSuite.TLS_AES_128_GCM_SHA256;
import static io.parktls.CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256;
import static io.parktls.CipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256;
import static io.parktls.NamedGroup.SECP256R1;

import io.parktls.LocalSigner;
import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.TlsContext;
import io.parktls.engine.TlsEngineProvider;
import io.parktls.sockets.TlsServerSocket;
import io.parktls.sockets.TlsSocket;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that OpenSSL verifies the signatures of signers, of servers and of clients. */
@Timeout(300)
class SignerInteropTest {
    private static final List<Scenario> SCENARIOS = List.of(
            Scenario.with(TLS_AES_128_GCM_SHA256, SECP256R1, KeyKind.ECDSA_P256).withClient(KeyKind.ECDSA_P256),
            Scenario.with(TLS_AES_128_GCM_SHA256, SECP256R1, KeyKind.RSA_2048).withClient(KeyKind.RSA_2048),
            Scenario.with(TLS_AES_128_GCM_SHA256, SECP256R1, KeyKind.ED25519).withClient(KeyKind.ED25519),
            Scenario.with(TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, SECP256R1, KeyKind.ECDSA_P256)
                    .withClient(KeyKind.ECDSA_P256),
            Scenario.with(TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, SECP256R1, KeyKind.RSA_2048)
                    .withClient(KeyKind.RSA_2048),
            Scenario.with(TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, SECP256R1, KeyKind.ED25519)
                    .withClient(KeyKind.ED25519));

    static Stream<Arguments> all() {
        return Ours.ENGINES.stream()
                .flatMap(engine -> SCENARIOS.stream().map(scenario -> Arguments.of(engine, scenario)));
    }

    @ParameterizedTest
    @MethodSource("all")
    void opensslClient(TlsEngineProvider engine, Scenario scenario) throws IOException {
        TlsContext.Builder context = scenario.serverContext(engine).identity(LocalSigner.identity(scenario.server()));
        try (TlsServerSocket listening = Ours.server(context);
                ForeignPeer theirs = ForeignPeer.start(OpenSsl.client(scenario, Ours.port(listening)));
                TlsSocket ours = Ours.accept(listening)) {
            Talk.say(ours, "hello");
            theirs.awaitText("hello");
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void opensslServer(TlsEngineProvider engine, Scenario scenario) throws IOException {
        TlsContext.Builder context =
                scenario.clientContext(engine).identity(LocalSigner.identity(TestPki.client(scenario.key())));
        try (ForeignPeer theirs = ForeignPeer.start(OpenSsl.server(scenario));
                TlsSocket ours = Ours.client(context, scenario.host(), OpenSsl.port(theirs))) {
            Talk.say(ours, "hello");
            theirs.awaitText("hello");
        }
    }
}
