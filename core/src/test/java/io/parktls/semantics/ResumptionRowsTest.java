package io.parktls.semantics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.parktls.ResumableSession;
import io.parktls.TestContexts;
import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.TlsContext;
import io.parktls.openssl.SslConnection;

/** The rows about resumed sessions. Each test needs two connections with the same contexts. */
final class ResumptionRowsTest {
    private static final String RESUMED = "C hs:R, S hs:R, C hs:1, S hs:1";

    @Row("HS-05")
    @Row(value = "STA-10", differs = "For the names of the states see STA-08.")
    @InBothVersions
    void resumed(Setting setting) {
        Contexts contexts = Contexts.of(setting, TestPki.server(KeyKind.ECDSA_P256));
        String full = setting.is13() ? RESUMED : "C hs:R, S hs:R, C hs:R, S hs:1, C hs:1";
        for (Pairing pairing : Pairing.values()) {
            TlsContext client = ResumableSession.caching(contexts.client());
            SslConnection session = null;
            for (boolean again : new boolean[] {false, true}) {
                Wire wire = new Wire(Wire.UNLIMITED);
                // A session cache recognizes the server by its host and port.
                End c = pairing.isClientOurs()
                        ? new ParkTlsEnd(client.connect(wire.client(), TestContexts.HOST, 443))
                        : contexts.client(false, wire.client());
                End s = contexts.server(pairing.isServerOurs(), wire.server());
                if (session != null) {
                    ((LibsslEnd) c).ssl().resume(session);
                }
                Stage stage = new Stage(pairing, wire, c, s);
                stage.settle();
                assertEquals(again ? RESUMED : full, stage.brief(), stage::toString);
                assertEquals(again, c.isResumed(), stage::toString);
                assertEquals(again, s.isResumed(), stage::toString);
                close(stage);
                session = c instanceof LibsslEnd libssl ? libssl.ssl() : null;
            }
        }
    }

    /** Closes both ends with close_notify, because a session without it may not be resumed. */
    private static void close(Stage stage) {
        stage.client().read(1); // TLS 1.3 sends the tickets after the handshake.
        stage.client().shutdown();
        stage.server().read(1);
        stage.server().shutdown();
        stage.client().shutdown();
    }
}
