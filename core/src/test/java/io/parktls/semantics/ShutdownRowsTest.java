package io.parktls.semantics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.parktls.TlsConnection;
import io.parktls.TlsContext;
import java.io.IOException;
import java.util.function.UnaryOperator;

/** SHD: closing. */
final class ShutdownRowsTest {
    private static final String BY_HAND = "ParkTLS has no call that sets the shutdown state. abort() closes the"
            + " connection without sending anything; later reads and writes fail because the connection is closed.";

    @Row("SHD-01")
    @Row("SHD-02")
    @Row("SHD-03")
    @InBothVersions
    void inOrder(Setting setting) {
        Scenario.of(setting)
                .same(
                        "C shutdown:0, C shut:1, C shutdown:R, C shutdown:R, S read:closed, S shutdown:1, S shut:3,"
                                + " C shutdown:1, C shut:3, C shutdown:1",
                        stage -> {
                            stage.establish().client().shutdown();
                            stage.client().closed();
                            stage.client().shutdown();
                            stage.client().shutdown();
                            stage.server().read(1);
                            stage.server().shutdown();
                            stage.server().closed();
                            stage.client().shutdown();
                            stage.client().closed();
                            stage.client().shutdown();
                        });
    }

    @Row("SHD-04")
    @InBothVersions
    void peerFirst(Setting setting) {
        Scenario.of(setting).same("S shutdown:0, C read:closed, C shut:2, C shutdown:1, C shut:3", stage -> {
            stage.establish().server().shutdown();
            stage.client().read(1);
            stage.client().closed();
            stage.client().shutdown();
            stage.client().closed();
        });
    }

    @Row("SHD-05")
    @InBothVersions
    void bothAtOnce(Setting setting) {
        Scenario.of(setting).same("C shutdown:0, S shutdown:0, C shutdown:1, S shutdown:1", stage -> {
            stage.establish().client().shutdown();
            stage.server().shutdown();
            stage.client().shutdown();
            stage.server().shutdown();
        });
    }

    @Row("SHD-06")
    @InBothVersions
    void readsOn(Setting setting) {
        Scenario.of(setting)
                .same("C shutdown:0, S write:100, S shutdown:0, C read:100, C read:closed, C shut:3", stage -> {
                    stage.establish().client().shutdown();
                    stage.server().write(100);
                    stage.server().shutdown();
                    stage.client().read(100);
                    stage.client().read(100);
                    stage.client().closed();
                });
    }

    @Row(
            value = "SHD-07",
            differs = "The second shutdown discards unread data and waits for close_notify instead of failing.")
    @InBothVersions
    void unreadData(Setting setting) {
        Scenario.of(setting)
                .differs(
                        "C shutdown:0, S write:100, C shutdown:SSL, C done:false",
                        "C shutdown:0, S write:100, C shutdown:R, C done:true",
                        stage -> {
                            stage.establish().client().shutdown();
                            stage.server().write(100);
                            stage.client().shutdown();
                            stage.client().done();
                        });
    }

    @Row("SHD-08")
    @InBothVersions
    void tooEarly(Setting setting) {
        Scenario.of(setting).same("C shutdown:SSL, C hs:R, C shutdown:SSL, S shutdown:SSL, done:true", stage -> {
            stage.client().shutdown();
            stage.client().hs();
            stage.client().shutdown();
            stage.server().shutdown();
            stage.establish().note("done", stage.isDone());
        });
    }

    @Row(value = "SHD-09", differs = BY_HAND)
    @Row(value = "SHD-11", differs = BY_HAND)
    @Row(value = "SHD-12", differs = BY_HAND)
    @InBothVersions
    void abortSendsNothing(Setting setting) {
        Scenario.of(setting).run(stage -> {
            stage.establish();
            if (stage.client().end() instanceof LibsslEnd libssl) {
                libssl.ssl().set("SSL_set_quiet_shutdown", 1);
                assertEquals(1, libssl.ssl().shutdown());
                assertEquals(3, libssl.shutdownState());
                assertEquals("closed", libssl.read(1).verdict());
                libssl.ssl().set("SSL_set_shutdown", 0);
                assertEquals("R", libssl.read(1).verdict());
                libssl.ssl().set("SSL_set_shutdown", 2);
                assertEquals("closed", libssl.read(1).verdict());
            } else {
                TlsConnection ours = Scenario.ours(stage.client());
                ours.abort();
                assertEquals("SYSCALL", stage.client().end().read(1).verdict());
                assertEquals(
                        "SYSCALL", stage.client().end().write(Actor.bytes(1)).verdict());
                assertThrows(IOException.class, ours::shutdown);
            }
            assertEquals(0, stage.toServer().size());
        });
    }

    @Row(value = "SHD-10", differs = BY_HAND + " abort() always succeeds.")
    @InBothVersions
    void abortBeforeTheHandshake(Setting setting) {
        Scenario.of(setting).run(stage -> {
            if (stage.client().end() instanceof LibsslEnd libssl) {
                libssl.ssl().set("SSL_set_quiet_shutdown", 1);
                assertEquals("SSL", libssl.shutdown().verdict());
            } else {
                Scenario.ours(stage.client()).abort();
            }
            assertEquals(0, stage.toServer().size());
        });
    }

    @Row("SHD-13")
    @InBothVersions
    void noRoom(Setting setting) {
        Scenario.of(setting).same("C shutdown:W, C shut:1, C shutdown:W, C shutdown:0, S read:closed", stage -> {
            stage.establish().toServer().capacity(0);
            stage.client().shutdown();
            stage.client().closed();
            stage.client().shutdown();
            stage.toServer().capacity(Wire.UNLIMITED);
            stage.client().shutdown();
            stage.server().read(1);
        });
    }

    @Row(
            value = "SHD-14",
            differs = "No data is lost: the accepted part of the write is sent before close_notify. Further data is"
                    + " refused; the JSSE engine still accepts data while the pipe has no room for close_notify.")
    @InBothVersions
    void unfinishedWrite(Setting setting) {
        String ours = setting.isBouncyCastle() ? "C shut:1, C write:SSL" : "C shut:0, C write:5000";
        Scenario.of(setting)
                .differs(
                        "C write:W, C shutdown:W, C shut:1, C write:SSL, S read:R",
                        "C write:W, C shutdown:W, " + ours + ", C shutdown:0, S read:5000, S read:closed",
                        stage -> {
                            stage.establish().toServer().capacity(100);
                            stage.client().write(5_000);
                            stage.client().shutdown();
                            stage.client().closed();
                            stage.toServer().capacity(Wire.UNLIMITED);
                            stage.client().write(5_000);
                            if (stage.client().end() instanceof ParkTlsEnd) {
                                stage.client().shutdown();
                                stage.server().read(10_000);
                            }
                            stage.server().read(10_000);
                        });
    }

    @Row("SHD-15")
    @InBothVersions
    void endInstead(Setting setting) {
        Scenario.of(setting).anyAlert().same("C shutdown:0, failed:SSL", stage -> {
            stage.establish().client().shutdown();
            stage.toClient().end();
            stage.note("failed", stage.client().end().shutdown().verdict());
        });
    }

    @Row(
            value = "SHD-16",
            differs = "ParkTLS keeps the state that close_notify was sent; libssl overwrites that bit and sends a"
                    + " second one.")
    @InBothVersions
    void endInsteadIgnored(Setting setting) {
        UnaryOperator<TlsContext.Builder> ignoring = context -> context.unsafeIgnoreTruncation(true);
        Scenario.of(setting)
                .client(ignoring)
                .differs("C shutdown:0, C shutdown:0, C shut:2", "C shutdown:0, C shutdown:1, C shut:3", stage -> {
                    stage.establish().client().shutdown();
                    stage.toClient().end();
                    stage.client().shutdown();
                    stage.client().closed();
                });
    }

    @Row("SHD-17")
    @InBothVersions
    void afterAFailure(Setting setting) {
        Scenario.of(setting).same("C shutdown:SSL, out:0", stage -> {
            stage.establish().toClient().end();
            stage.client().end().read(1);
            stage.toServer().takeAll();
            stage.note("C shutdown", stage.client().end().shutdown().verdict());
            stage.note("out", stage.toServer().size());
        });
    }

    @Row("SHD-18")
    @InBothVersions
    void dataFirst(Setting setting) {
        Scenario.of(setting)
                .same(
                        "S write:100, S shutdown:0, C read:60, C shut:0, C read:40, C shut:0, C read:closed, C shut:2",
                        stage -> {
                            stage.establish().server().write(100);
                            stage.server().shutdown();
                            for (int i = 0; i < 3; i++) {
                                stage.client().read(60);
                                stage.client().closed();
                            }
                        });
    }

    @Row(
            value = "SHD-19",
            differs = "A fatal alert is a failure, not a close: close_notify counts as received only if the peer sent"
                    + " it.")
    @InBothVersions
    void afterAlerts(Setting setting) {
        Scenario.of(setting).differs("C shut:0, S shut:2", "C shut:0, S shut:0", stage -> {
            stage.establish().toClient().end();
            stage.client().end().read(1);
            stage.client().closed();
            stage.server().end().read(1);
            stage.server().closed();
        });
    }

    @Row("SHD-20")
    @InTls13
    void closedAtOnce(Setting setting) {
        Scenario.of(setting).same("S shutdown:0, C read:closed, C write:1", stage -> {
            for (int i = 0; i < 2; i++) {
                stage.client().end().doHandshake();
                stage.server().end().doHandshake();
            }
            stage.server().shutdown();
            stage.client().read(1);
            stage.client().write(1);
        });
    }
}
