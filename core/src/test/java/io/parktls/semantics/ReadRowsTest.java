package io.parktls.semantics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.Interest;
import io.parktls.openssl.SslContext;
import java.util.Optional;

/** DAT: handshakes that a read or a write performs, and reading. */
final class ReadRowsTest {
    static final String PASSES_OVER = "A read always skips records without application data and continues, because a"
            + " caller that waits for data cannot use a result without any.";

    @Row("DAT-01")
    @InBothVersions
    void implicitHandshake(Setting setting) {
        Scenario.of(setting).same(stage -> {
            for (int i = 0; i < 4; i++) {
                stage.client().write(100);
                stage.server().read(200);
            }
        });
        Scenario.of(setting).same(stage -> {
            stage.client().peek(10);
            stage.server().read(10);
            stage.client().peek(10);
            stage.server().read(10);
            stage.client().peek(10);
            stage.note("done", stage.isDone());
        });
    }

    @Row("DAT-02")
    @Row("DAT-03")
    @Row("DAT-18")
    @InBothVersions
    void waitsForWhatItWants(Setting setting) {
        Scenario.of(setting).capacity(64).same("C read:W, C read:W, C read:W, more:true", stage -> {
            stage.client().read(1);
            expectInterest(stage.client(), true);
            stage.client().read(1);
            int before = stage.toServer().written().length;
            stage.toServer().takeAll();
            stage.client().read(1);
            stage.note("more", stage.toServer().written().length > before);
        });
        Scenario.of(setting).same("C write:R, C write:R", stage -> {
            stage.client().write(1);
            expectInterest(stage.client(), false);
            stage.client().write(1);
        });
    }

    private static void expectInterest(Actor actor, boolean write) {
        if (actor.end() instanceof ParkTlsEnd ours) {
            Optional<Interest> waitsFor = ours.connection().waitingFor();
            assertTrue(waitsFor.isPresent());
            assertEquals(write, waitsFor.get().includesWrite());
        }
    }

    @Row("DAT-04")
    @InBothVersions
    void oneRecordForEachRead(Setting setting) {
        Scenario.of(setting)
                .same(
                        "S write:9000, S write:9001, S write:9002, C read:9000, C read:9001, C read:9002, C read:R",
                        stage -> {
                            stage.establish();
                            for (int i = 0; i < 3; i++) {
                                stage.server().write(9_000 + i);
                            }
                            for (int i = 0; i < 4; i++) {
                                stage.client().read(40_000);
                            }
                        });
    }

    @Row("DAT-05")
    @InBothVersions
    void smallBuffer(Setting setting) {
        Scenario.of(setting)
                .same("S write:100, C read:10, C pending:90/1, C read:90, asked:0, C pending:0/0", stage -> {
                    stage.establish().server().write(100);
                    stage.client().read(10);
                    int asked = stage.toClient().readCalls();
                    stage.client().pending();
                    stage.client().read(200);
                    stage.note("asked", stage.toClient().readCalls() - asked);
                    stage.client().pending();
                });
    }

    @Row("DAT-06")
    @InBothVersions
    void peek(Setting setting) {
        Scenario.of(setting)
                .same(
                        "S write:100, C peek:10, C pending:100/1, C peek:100, C pending:100/1, C read:30, C peek:70,"
                                + " C read:70, C pending:0/0, C peek:R",
                        stage -> {
                            stage.establish().server().write(100);
                            stage.client().peek(10);
                            stage.client().pending();
                            stage.client().peek(200);
                            stage.client().pending();
                            stage.client().read(30);
                            stage.client().peek(200);
                            byte[] rest = stage.client().read(200).data();
                            assertEquals(Actor.bytes(100)[99], rest[69]);
                            stage.client().pending();
                            stage.client().peek(1);
                        });
    }

    @Row("DAT-07")
    @InBothVersions
    void stillInTheTransport(Setting setting) {
        Scenario.of(setting).same("S write:100, C pending:0/0", stage -> {
            stage.establish().server().write(100);
            stage.client().pending();
        });
    }

    @Row("DAT-08")
    @InBothVersions
    void halfARecord(Setting setting) {
        Scenario.of(setting).same("S write:100, C read:R, C pending:0/1, C read:100", stage -> {
            stage.establish().server().write(100);
            stage.toClient().show(50);
            stage.client().read(100);
            stage.client().pending();
            stage.toClient().show(Integer.MAX_VALUE);
            stage.client().read(100);
        });
    }

    @Row("DAT-09")
    @InBothVersions
    void readAhead(Setting setting) {
        Scenario.of(setting)
                .libsslClient(SslContext::readAhead)
                .same("S write:10, S write:20, C read:10, C pending:0/1, there:0, C read:20", stage -> {
                    stage.establish().server().write(10);
                    stage.server().write(20);
                    stage.client().read(10);
                    stage.client().pending();
                    stage.note("there", stage.toClient().size());
                    stage.client().read(20);
                });
    }

    @Row(
            value = "DAT-10",
            differs = "Reading into a full buffer succeeds with 0 bytes, as with Java's channels, and examines no"
                    + " input.")
    @InBothVersions
    void noRoom(Setting setting) {
        Scenario.of(setting)
                .differs(
                        "C read:R, S write:10, C read:SYSCALL, C read:10",
                        "C read:0, S write:10, C read:0, C read:10",
                        stage -> {
                            stage.establish().client().read(0);
                            stage.server().write(10);
                            stage.client().read(0);
                            stage.client().read(10);
                        });
    }

    @Row("DAT-11")
    @InBothVersions
    void nothingToRead(Setting setting) {
        Scenario.of(setting).same("C read:R, C read:R, C read:R, C done:true, C write:1", stage -> {
            stage.establish();
            for (int i = 0; i < 3; i++) {
                stage.client().read(1);
            }
            stage.client().done();
            stage.client().write(1);
        });
    }

    @Row("DAT-12")
    @Row("DAT-14")
    @InTls13
    void ticketsThenData(Setting setting) {
        Scenario.of(setting).same(stage -> {
            stage.settle();
            stage.server().write(100);
            stage.client().read(100);
        });
    }

    @Row(value = "DAT-13", differs = PASSES_OVER)
    @InTls13
    void ticketsEndARead(Setting setting) {
        var stages = Scenario.of(setting)
                .libsslClient(client -> client.clearMode(SslContext.AUTO_RETRY))
                .run(stage -> {
                    stage.settle();
                    stage.server().end().write(Actor.bytes(100));
                    stage.client().read(100);
                });
        assertTrue(stages.get(Pairing.LIBSSL_LIBSSL).brief().endsWith("C read:R"));
        assertTrue(stages.get(Pairing.PARKTLS_LIBSSL).brief().endsWith("C read:100"));
        assertTrue(stages.get(Pairing.PARKTLS_PARKTLS).brief().endsWith("C read:100"));
    }

    @Row("DAT-15")
    @InBothVersions
    void afterAFatalError(Setting setting) {
        Scenario.of(setting).anyAlert().same("C read:SSL>20, again is a failure:true, asked:0", stage -> {
            stage.establish().server().end().write(Actor.bytes(100));
            byte[] record = stage.toClient().takeAll();
            record[40] ^= 1;
            stage.toClient().inject(record);
            stage.client().read(100);
            int asked = stage.toClient().readCalls();
            stage.note("again is a failure", !stage.client().end().read(100).isOk());
            stage.note("asked", stage.toClient().readCalls() - asked);
        });
    }

    @Row("DAT-16")
    @InBothVersions
    void readsWhileAWriteIsUnfinished(Setting setting) {
        Scenario.of(setting).same("S write:100, C write:W, C read:100, C write:W, C write:5000, S read:5000", stage -> {
            stage.establish().server().write(100);
            stage.toServer().capacity(1_000);
            stage.client().write(5_000);
            stage.client().read(200);
            stage.client().write(5_000);
            stage.toServer().capacity(Wire.UNLIMITED);
            stage.client().write(5_000);
            stage.server().read(5_000);
        });
    }

    @Row("DAT-17")
    @InBothVersions
    void bigWritesMeet(Setting setting) {
        Scenario.of(setting)
                .same(
                        "C write:W, S write:W, C write:W, S write:W, C write:W, S write:W, at the server:40000, written:true",
                        stage -> {
                            stage.establish().toServer().capacity(1_000);
                            stage.toClient().capacity(1_000);
                            for (int i = 0; i < 3; i++) {
                                stage.client().write(40_000);
                                stage.server().write(40_000);
                            }
                            int read = 0;
                            boolean written = false;
                            while (read < 40_000) {
                                Outcome outcome = stage.server().end().read(40_000);
                                read += Math.max(outcome.data().length, 0);
                                if (!written) {
                                    written = stage.client()
                                            .end()
                                            .write(Actor.bytes(40_000))
                                            .isOk();
                                }
                            }
                            stage.note("at the server", read);
                            stage.note("written", written);
                        });
    }
}
