package io.parktls.semantics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.parktls.TestContexts;
import io.parktls.TestPki;
import io.parktls.TlsContext;
import io.parktls.bio.Bio;
import io.parktls.openssl.NativeBio;
import io.parktls.openssl.SslContext;
import java.util.function.UnaryOperator;

/** EOF: the stream ends, is reset, or fails. */
final class EndOfStreamRowsTest {
    private static final String KEPT = "Every later call throws the first failure again; a repeated call of libssl"
            + " returns another error, or none.";
    private static final String PIPE = "A failure of the pipe itself is an IOException, as with any transport; only a"
            + " failure of TLS is an SSLException. libssl returns SSL because its pair adds a reason to the error"
            + " queue.";

    private static final UnaryOperator<TlsContext.Builder> IGNORING = context -> context.unsafeIgnoreTruncation(true);

    @Row("EOF-01")
    @Row("EOF-13")
    @InBothVersions
    void afterClientHello(Setting setting) {
        Scenario.of(setting).same("C hs:R, C hs:SSL>50, level and code:2 50", stage -> {
            stage.client().hs();
            stage.toServer().takeAll();
            stage.toClient().end();
            stage.client().hs();
            byte[] alert = stage.toServer().takeAll();
            stage.note("level and code", alert[5] + " " + alert[6]);
        });
    }

    @Row("EOF-02")
    @InBothVersions
    void beforeClientHello(Setting setting) {
        Scenario.of(setting).same("S hs:SSL>50, out:7", stage -> {
            stage.toServer().end();
            stage.server().hs();
            stage.note("out", stage.toClient().size());
        });
    }

    @Row("EOF-03")
    @InBothVersions
    void insideClientHello(Setting setting) {
        for (int bytes : new int[] {1, 3, 5, 9, 100}) {
            Scenario.of(setting).same("S hs:R, S hs:SSL>50", stage -> {
                stage.client().end().doHandshake();
                byte[] part = stage.toServer().take(bytes);
                stage.toServer().takeAll();
                stage.toServer().inject(part);
                stage.server().hs();
                stage.toServer().end();
                stage.server().hs();
            });
        }
    }

    @Row("EOF-04")
    @InBothVersions
    void insideTheServersFlight(Setting setting) {
        Scenario.of(setting).same("C hs:R, S hs:R, C hs:R, C hs:SSL>50", stage -> {
            stage.client().hs();
            stage.server().hs();
            byte[] part = stage.toClient().take(stage.toClient().size() - 1);
            stage.toClient().takeAll();
            stage.toClient().inject(part);
            stage.client().hs();
            stage.toClient().end();
            stage.client().hs();
        });
    }

    @Row("EOF-05")
    @InBothVersions
    void insteadOfFinished(Setting setting) {
        Scenario.of(setting).same("C hs:R, S hs:R, S hs:SSL>50", stage -> {
            stage.client().hs();
            stage.server().hs();
            stage.toServer().end();
            stage.server().hs();
        });
    }

    @Row("EOF-06")
    @InBothVersions
    void established(Setting setting) {
        Scenario.of(setting).same("C read:SSL>50, S read:SSL<50", stage -> {
            stage.establish().toClient().end();
            stage.client().read(1);
            stage.server().read(1);
        });
    }

    @Row("EOF-07")
    @InBothVersions
    void insideARecord(Setting setting) {
        Scenario.of(setting).same("C read:R, C pending:0/1, C read:SSL>50", stage -> {
            stage.establish().server().end().write(Actor.bytes(100));
            byte[] part = stage.toClient().take(50);
            stage.toClient().takeAll();
            stage.toClient().inject(part);
            stage.client().read(100);
            stage.client().pending();
            stage.toClient().end();
            stage.client().read(100);
        });
    }

    @Row(value = "EOF-08", differs = KEPT)
    @InBothVersions
    void callsAfterwards(Setting setting) {
        Scenario.of(setting)
                .differs(
                        "C read:SSL>50, C hs:SYSCALL, C read:SYSCALL, C write:SYSCALL, moved:0",
                        "C read:SSL>50, C hs:SSL>50, C read:SSL>50, C write:SSL>50, moved:0",
                        stage -> {
                            stage.establish().toClient().end();
                            stage.client().read(1);
                            int before = stage.toServer().written().length
                                    + stage.toClient().readCalls();
                            stage.client().hs();
                            stage.client().read(1);
                            stage.client().write(1);
                            stage.note(
                                    "moved",
                                    stage.toServer().written().length
                                            + stage.toClient().readCalls()
                                            - before);
                        });
    }

    @Row("EOF-09")
    @InBothVersions
    void shutdownAfterwards(Setting setting) {
        Scenario.of(setting).anyAlert().same("failed:true, C shutdown:SSL, out:0", stage -> {
            stage.establish().toClient().end();
            stage.note("failed", stage.client().end().read(1).isFatal());
            stage.toServer().takeAll();
            stage.client().shutdown();
            stage.note("out", stage.toServer().size());
        });
    }

    @Row("EOF-10")
    @InBothVersions
    void ignoredInTheHandshake(Setting setting) {
        Scenario.of(setting).client(IGNORING).same("C hs:R, C hs:closed, C hs:closed, C shut:2, out:0", stage -> {
            stage.client().hs();
            stage.toServer().takeAll();
            stage.toClient().end();
            stage.client().hs(2);
            stage.client().closed();
            stage.note("out", stage.toServer().size());
        });
    }

    @Row("EOF-11")
    @InBothVersions
    void ignoredOnceEstablished(Setting setting) {
        Scenario.of(setting).client(IGNORING).same("C read:closed, C shut:2, C write:10, C shutdown:1", stage -> {
            stage.establish().server().end().write(Actor.bytes(100));
            byte[] part = stage.toClient().take(50);
            stage.toClient().takeAll();
            stage.toClient().inject(part);
            stage.toClient().end();
            stage.client().read(1);
            stage.client().closed();
            stage.client().write(10);
            stage.client().shutdown();
        });
    }

    @Row("EOF-12")
    @InBothVersions
    void afterCloseNotify(Setting setting) {
        Scenario.of(setting)
                .same("S write:10, S shutdown:0, C read:10, C read:closed, C read:closed, C read:closed", stage -> {
                    stage.establish().server().write(10);
                    stage.server().shutdown();
                    stage.toClient().end();
                    stage.client().read(100);
                    stage.client().read(100);
                    stage.client().read(100);
                    stage.client().read(100);
                });
    }

    @Row("EOF-14")
    @InBothVersions
    void emptyMemory(Setting setting) {
        TlsContext context =
                TestContexts.client(setting.engine(), setting.version()).build();
        Wire wire = new Wire(Wire.UNLIMITED);
        for (boolean ended : new boolean[] {false, true}) {
            if (ended) {
                wire.toClient().end();
            }
            try (LibsslEnd libssl = Scenario.libssl(SslContext.client(context, TestPki.authorities()), wire.client());
                    ParkTlsEnd ours = new ParkTlsEnd(context.connect(wire.client(), TestContexts.HOST, 0))) {
                libssl.setRole(false);
                libssl.ssl().setBio(NativeBio.memory().eofReturn(ended ? 0 : -1), NativeBio.memory());
                assertEquals(ended ? "SSL>50" : "R", brief(libssl.doHandshake()));
                assertEquals(ended ? "SSL>50" : "R", brief(ours.doHandshake()));
            }
        }
    }

    private static String brief(Outcome outcome) {
        return outcome.verdict() + outcome.alert();
    }

    @Row("EOF-15")
    @InBothVersions
    void failureIsNotTheEndOfTheStream(Setting setting) {
        Scenario.of(setting).same("C hs:R, C hs:SYSCALL, out:0", stage -> {
            stage.client().hs();
            stage.toServer().takeAll();
            stage.toClient().reset();
            stage.client().hs();
            stage.note("out", stage.toServer().size());
        });
    }

    @Row(value = "EOF-16", differs = KEPT)
    @InBothVersions
    void resetInTheHandshake(Setting setting) {
        Scenario.of(setting)
                .differs("C hs:R, C hs:SYSCALL, C hs:SSL>50", "C hs:R, C hs:SYSCALL, C hs:SYSCALL", stage -> {
                    stage.client().hs();
                    stage.toClient().reset();
                    stage.client().hs(2);
                });
    }

    @Row("EOF-18")
    @InBothVersions
    void goneBeforeTheFirstCall(Setting setting) {
        Scenario.of(setting).same("C hs:SYSCALL", stage -> {
            stage.toServer().reset();
            stage.client().hs();
        });
        Scenario.of(setting).same("C hs:SSL>50, hello and alert:true", stage -> {
            stage.toClient().end();
            stage.client().hs();
            stage.note("hello and alert", stage.toServer().size() > 100);
        });
    }

    @Row("EOF-19")
    @InBothVersions
    void ownSideIsShut(Setting setting) {
        Scenario.of(setting).same("C hs:SYSCALL", stage -> {
            stage.toServer().breakForWriting();
            stage.client().hs();
        });
    }

    @Row(value = "EOF-20", differs = KEPT)
    @InBothVersions
    void resetOnceEstablished(Setting setting) {
        Scenario.of(setting).differs("C read:SYSCALL, C read:SSL>50", "C read:SYSCALL, C read:SYSCALL", stage -> {
            stage.establish().toClient().reset();
            stage.client().read(1);
            stage.client().read(1);
        });
    }

    @Row("EOF-21")
    @InBothVersions
    void writingToAClosedPeer(Setting setting) {
        Scenario.of(setting).same("C write:10, C write:SYSCALL", stage -> {
            stage.establish().client().write(10);
            stage.toServer().breakForWriting();
            stage.client().write(10);
        });
    }

    @Row(value = "EOF-22", differs = PIPE)
    @Row(value = "EOF-23", differs = PIPE)
    @InBothVersions
    void brokenPair(Setting setting) throws Exception {
        TlsContext context =
                TestContexts.client(setting.engine(), setting.version()).build();
        for (boolean freed : new boolean[] {true, false}) {
            NativeBio[] halves = NativeBio.pair(0);
            Bio[] pair = Bio.pair(100);
            try (LibsslEnd libssl = Scenario.libssl(SslContext.client(context, TestPki.authorities()), pair[0]);
                    ParkTlsEnd ours = new ParkTlsEnd(context.connect(pair[0], TestContexts.HOST, 0))) {
                libssl.setRole(false);
                libssl.ssl().setBio(halves[0], halves[0]);
                if (freed) {
                    halves[1].free();
                    pair[1].close();
                } else {
                    halves[0].shutdownWrite();
                    pair[0].shutdownOutput();
                }
                assertEquals("SSL", libssl.doHandshake().verdict());
                assertEquals("SYSCALL", ours.doHandshake().verdict());
            }
        }
    }
}
