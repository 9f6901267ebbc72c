package io.parktls.semantics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.parktls.TestContexts;
import io.parktls.TestPki;
import io.parktls.TlsContext;
import io.parktls.openssl.SslConnection;
import io.parktls.openssl.SslContext;
import org.jspecify.annotations.Nullable;

/** The rows about resumed sessions, which need two connections with the same contexts. */
final class ResumptionRowsTest {
    private static final String FULL =
            "The Bouncy Castle engine resumes no sessions: its full handshake costs less than a"
                    + " resumed one of the JDK. The JSSE engine does as libssl.";

    @Row(value = "HS-05", differs = FULL)
    @Row(value = "STA-10", differs = FULL + " States are words, see STA-08.")
    @InTls12
    void resumed(Setting setting) {
        TlsContext client = TestContexts.client(setting.engine(), setting.version())
                .groups(Scenario.GROUPS)
                .build();
        TlsContext server = TestContexts.server(setting.engine(), setting.version())
                .groups(Scenario.GROUPS)
                .build();
        SslContext sslClient = SslContext.client(client, TestPki.authorities());
        SslContext sslServer = SslContext.server(server, TestPki.authorities());
        for (Pairing pairing : Pairing.values()) {
            boolean full = setting.isBouncyCastle() && pairing != Pairing.LIBSSL_LIBSSL;
            SslConnection session = null;
            for (boolean again : new boolean[] {false, true}) {
                Wire wire = new Wire(Wire.UNLIMITED);
                End c = pairing.isClientOurs()
                        ? new ParkTlsEnd(client.connect(wire.client(), TestContexts.HOST, 443))
                        : libsslClient(sslClient, wire, session);
                End s = pairing.isServerOurs()
                        ? new ParkTlsEnd(server.accept(wire.server()))
                        : Scenario.libssl(sslServer, wire.server());
                s.setRole(true);
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

    private static End libsslClient(SslContext context, Wire wire, @Nullable SslConnection session) {
        LibsslEnd end = Scenario.libssl(context, wire.client());
        end.setRole(false);
        if (session != null) {
            end.ssl().resume(session);
        }
        return end;
    }

    /** In order: a session that was not closed may not be resumed. */
    private static void close(Stage stage) {
        stage.client().shutdown();
        stage.server().read(1);
        stage.server().shutdown();
        stage.client().shutdown();
    }
}
