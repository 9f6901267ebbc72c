package io.parktls.semantics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.parktls.TestContexts;
import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.openssl.SslConnection;

/** The rows about resumed sessions. Each test needs two connections with the same contexts. */
final class ResumptionRowsTest {
    private static final String FULL = "The Bouncy Castle engine resumes no sessions: its full handshake costs less"
            + " than a resumed handshake of the JDK. The JSSE engine behaves like libssl.";

    @Row(value = "HS-05", differs = FULL)
    @Row(value = "STA-10", differs = FULL + " For the names of the states see STA-08.")
    @InTls12
    void resumed(Setting setting) {
        Contexts contexts = Contexts.of(setting, TestPki.server(KeyKind.ECDSA_P256));
        for (Pairing pairing : Pairing.values()) {
            boolean full = setting.isBouncyCastle() && pairing != Pairing.LIBSSL_LIBSSL;
            SslConnection session = null;
            for (boolean again : new boolean[] {false, true}) {
                Wire wire = new Wire(Wire.UNLIMITED);
                // A session cache recognizes the server by its host and port.
                End c = pairing.isClientOurs()
                        ? new ParkTlsEnd(contexts.client().connect(wire.client(), TestContexts.HOST, 443))
                        : contexts.client(false, wire.client());
                End s = contexts.server(pairing.isServerOurs(), wire.server());
                if (session != null) {
                    ((LibsslEnd) c).ssl().resume(session);
                }
                Stage stage = new Stage(pairing, wire, c, s);
                stage.settle();
                assertEquals(
                        again && !full ? "C hs:R, S hs:R, C hs:1, S hs:1" : "C hs:R, S hs:R, C hs:R, S hs:1, C hs:1",
                        stage.brief(),
                        stage::toString);
                close(stage);
                session = c instanceof LibsslEnd libssl ? libssl.ssl() : null;
            }
        }
    }

    /** Closes both ends with close_notify, because a session without it may not be resumed. */
    private static void close(Stage stage) {
        stage.client().shutdown();
        stage.server().read(1);
        stage.server().shutdown();
        stage.client().shutdown();
    }
}
