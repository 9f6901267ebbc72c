package io.parktls.semantics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.parktls.openssl.SslConnection;
import io.parktls.openssl.SslContext;
import java.util.Map;

/** PST: messages after the handshake. */
final class PostHandshakeRowsTest {
    private static final String JSSE_RENEGOTIATION = "The JSSE engine refuses a renegotiation with a fatal alert,"
            + " because an SSLEngine cannot be made to answer with a warning; the Bouncy Castle engine behaves like"
            + " libssl.";

    private static void assumeKeyUpdate(Setting setting) {
        assumeTrue(setting.isBouncyCastle(), "an SSLEngine decides by itself when to update keys");
    }

    @Row(
            value = "PST-01",
            differs = "The call that completes the handshake does not send the tickets, because it must not wait for"
                    + " room (HS-10); the server's next call sends them.")
    @InTls13
    void tickets(Setting setting) {
        Scenario.of(setting)
                .differs(
                        "C hs:1, before:false, S hs:1, with it:true, S read:R, later:true, C read:R, left:0",
                        "C hs:1, before:false, S hs:1, with it:false, S read:R, later:true, C read:R, left:0",
                        stage -> {
                            stage.client().end().doHandshake();
                            stage.server().end().doHandshake();
                            stage.client().hs();
                            stage.note("before", stage.toClient().size() > 0);
                            stage.server().hs();
                            stage.note("with it", stage.toClient().size() > 0);
                            stage.server().read(1);
                            stage.note("later", stage.toClient().size() > 0);
                            stage.client().read(1);
                            stage.note("left", stage.toClient().size());
                        });
    }

    @Row("PST-02")
    @InTls13
    void ticketsAreTakenIn(Setting setting) {
        Scenario.of(setting).same(stage -> {
            stage.settle();
            stage.client().read(1);
            stage.note("there", stage.toClient().size());
            stage.client().done();
        });
    }

    @Row("PST-03")
    @InTls13
    void keyUpdate(Setting setting) {
        assumeKeyUpdate(setting);
        Scenario.of(setting).same("C update:1, S read:R, S write:10, C read:10, C write:10, S read:10", stage -> {
            stage.establish().client().updateKeys(true);
            stage.server().read(1);
            exchange(stage);
        });
    }

    private static void exchange(Stage stage) {
        stage.server().write(10);
        stage.client().read(10);
        stage.client().write(10);
        stage.server().read(10);
    }

    @Row(
            value = "PST-04",
            differs = "After the handshake, doHandshake does no I/O, and a read never waits for room to write: the next"
                    + " call that can write sends the KeyUpdate.")
    @InTls13
    void keyUpdateWithoutRoom(Setting setting) {
        assumeKeyUpdate(setting);
        Scenario.of(setting)
                .differs(
                        "C update:W, C hs:W, C read:W, C write:W, C read:R, out:true, C write:1",
                        "C update:W, C hs:1, C read:R, C write:W, C read:R, out:true, C write:1",
                        stage -> {
                            stage.establish().toServer().capacity(0);
                            stage.client().updateKeys(false);
                            stage.client().hs();
                            stage.client().read(1);
                            stage.client().write(1);
                            stage.toServer().capacity(Wire.UNLIMITED);
                            stage.client().read(1);
                            stage.note("out", stage.toServer().size() > 0);
                            stage.client().write(1);
                        });
    }

    @Row(
            value = "PST-05",
            differs = "The read sends the answer if it can do so without waiting, otherwise the next write does; in any"
                    + " case before the next application data, as RFC 8446 4.6.3 requires.")
    @InTls13
    void answerToAKeyUpdate(Setting setting) {
        assumeKeyUpdate(setting);
        Scenario.of(setting).differs("S read:R, answered:false, S hs:1", "S read:R, answered:true, S hs:1", stage -> {
            stage.establish().client().end().updateKeys(true);
            stage.server().read(1);
            stage.note("answered", stage.toClient().size() > 0);
            stage.server().hs();
        });
    }

    @Row("PST-06")
    @InTls13
    void bothUpdate(Setting setting) {
        assumeKeyUpdate(setting);
        Scenario.of(setting).same("C update:1, S update:1, S write:10, C read:10, C write:10, S read:10", stage -> {
            stage.establish().client().updateKeys(true);
            stage.server().updateKeys(true);
            exchange(stage);
        });
    }

    @Row("PST-07")
    @InBothVersions
    void keyUpdateOutOfPlace(Setting setting) {
        Scenario.of(setting).same("C update:SSL, done:true", stage -> {
            stage.client().updateKeys(false);
            stage.establish().note("done", stage.isDone());
        });
        if (!setting.is13()) {
            Scenario.of(setting).same("C update:SSL, S write:10, C read:10, C write:10, S read:10", stage -> {
                stage.establish().client().updateKeys(false);
                exchange(stage);
            });
        }
    }

    // ---- renegotiation in TLS 1.2, which only libssl requests

    @Row(value = "PST-09", differs = JSSE_RENEGOTIATION)
    @InTls12
    void helloRequestThenData(Setting setting) {
        Map<Pairing, Stage> stages = Scenario.of(setting).run(stage -> {
            if (!stage.pairing().isServerOurs()) {
                renegotiate(stage.establish().server());
                stage.server().end().write(Actor.bytes(10));
                stage.note("C read", stage.client().end().read(10).verdict());
            }
        });
        assertEquals("C read:10", stages.get(Pairing.LIBSSL_LIBSSL).brief());
        assertEquals(
                setting.isBouncyCastle() ? "C read:10" : "C read:SSL",
                stages.get(Pairing.PARKTLS_LIBSSL).brief());
    }

    @Row(value = "PST-11", differs = JSSE_RENEGOTIATION)
    @InTls12
    void clientRenegotiates(Setting setting) {
        Map<Pairing, Stage> stages = Scenario.of(setting).run(stage -> {
            if (!stage.pairing().isClientOurs()) {
                renegotiate(stage.establish().client());
                stage.note("S read", stage.server().end().read(1).verdict());
                stage.note("C hs", stage.client().end().doHandshake().verdict());
            }
        });
        assertEquals("S read:R, C hs:SSL", stages.get(Pairing.LIBSSL_LIBSSL).brief());
        assertEquals(
                setting.isBouncyCastle() ? "S read:R, C hs:SSL" : "S read:SSL, C hs:SSL",
                stages.get(Pairing.LIBSSL_PARKTLS).brief());
    }

    @Row(value = "PST-12", differs = JSSE_RENEGOTIATION)
    @InTls12
    void clientRefusesHelloRequest(Setting setting) {
        Map<Pairing, Stage> stages = Scenario.of(setting)
                .libsslClient(client -> client.options(SslContext.NO_RENEGOTIATION))
                .run(stage -> {
                    if (!stage.pairing().isServerOurs()) {
                        renegotiate(stage.establish().server());
                        stage.note("C read", stage.client().end().read(1).verdict());
                        stage.note("S read", stage.server().end().read(1).verdict());
                    }
                });
        assertEquals("C read:R, S read:SSL", stages.get(Pairing.LIBSSL_LIBSSL).brief());
        assertEquals(
                setting.isBouncyCastle() ? "C read:R, S read:SSL" : "C read:SSL, S read:SSL",
                stages.get(Pairing.PARKTLS_LIBSSL).brief());
    }

    private static void renegotiate(Actor libssl) {
        assertEquals(1, Scenario.libssls(libssl).integer("SSL_renegotiate"));
        libssl.end().doHandshake();
    }

    // ---- requests of the application in TLS 1.3

    @Row(
            value = "PST-13",
            differs = "Clients do not offer post_handshake_auth (RFC 8446 4.2.6), so a server cannot request a"
                    + " certificate after the handshake: the request fails at once, and the connection remains usable.")
    @InTls13
    void certificateOnRequest(Setting setting) {
        Scenario.of(setting).libsslClient(SslContext::postHandshakeAuth).run(stage -> {
            if (!stage.pairing().isServerOurs()) {
                boolean queued = Scenario.libssls(stage.establish().server()).requestClientCertificate();
                assertEquals(!stage.pairing().isClientOurs(), queued);
                assertEquals("1", stage.server().end().doHandshake().verdict());
                exchange(stage);
                assertTrue(stage.brief().endsWith("S read:10"), stage::brief);
            }
        });
    }

    @Row(
            value = "PST-14",
            differs = "The engine decides when to send session tickets; no call requests one. The client accepts"
                    + " tickets of libssl's server at any time.")
    @InTls13
    void ticketOnRequest(Setting setting) {
        Scenario.of(setting).run(stage -> {
            if (!stage.pairing().isServerOurs()) {
                SslConnection server = Scenario.libssls(stage.establish().server());
                assertEquals(1, server.integer("SSL_new_session_ticket"));
                assertEquals("1", stage.server().end().doHandshake().verdict());
                assertFalse(stage.toClient().size() == 0);
                assertEquals("R", stage.client().end().read(1).verdict());
                assertEquals(0, stage.toClient().size());
            }
        });
    }
}
