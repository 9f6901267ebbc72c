package io.parktls.semantics;

import io.parktls.NamedGroup;
import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.bio.ChoppyBio;

/** HS: handshakes over non-blocking pipes. */
final class HandshakeRowsTest {
    /** Those sizes of {@link PipeSizesTest} for which a pipe has no room for a ClientHello or for session tickets. */
    private static final int[] SMALLER_THAN_A_HELLO = {1, 2, 3, 5, 16, 64};

    /** Sizes with room for every flight, so that the sequence of calls is the same as without a limit. */
    private static final int[] LARGER_THAN_A_FLIGHT = {4_096, 17_408, Wire.UNLIMITED};

    @Row("HS-01")
    @InBothVersions
    void clientStarts(Setting setting) {
        Scenario.of(setting).same("C hs:R, whole:true, C hs:R, more:0", stage -> {
            stage.client().hs();
            byte[] hello = stage.toServer().takeAll();
            stage.note("whole", hello.length == 5 + ((hello[3] & 0xFF) << 8 | hello[4] & 0xFF));
            stage.client().hs();
            stage.note("more", stage.toServer().size());
        });
    }

    @Row("HS-02")
    @InBothVersions
    void serverWaits(Setting setting) {
        Scenario.of(setting).same("S hs:R, out:0", stage -> {
            stage.server().hs();
            stage.note("out", stage.toClient().size());
        });
    }

    @Row("HS-03")
    @InTls12
    void fullTls12(Setting setting) {
        for (int size : LARGER_THAN_A_FLIGHT) {
            Scenario.of(setting).capacity(size).same("C hs:R, S hs:R, C hs:R, S hs:1, C hs:1", Stage::settle);
        }
    }

    @Row("HS-04")
    @InTls13
    void fullTls13(Setting setting) {
        for (int size : LARGER_THAN_A_FLIGHT) {
            Scenario.of(setting).capacity(size).same("C hs:R, S hs:R, C hs:1, S hs:1", Stage::settle);
        }
    }

    @Row("HS-06")
    @InTls13
    void helloRetryRequest(Setting setting) {
        for (int size : LARGER_THAN_A_FLIGHT) {
            Scenario.of(setting)
                    .client(client -> client.groups(NamedGroup.X25519, NamedGroup.SECP256R1, NamedGroup.SECP384R1))
                    .server(server -> server.groups(NamedGroup.SECP384R1))
                    .capacity(size)
                    .same("C hs:R, S hs:R, C hs:R, S hs:R, C hs:1, S hs:1", Stage::settle);
        }
    }

    @Row("HS-07")
    @InBothVersions
    void repeated(Setting setting) {
        Scenario.of(setting).same(stage -> {
            for (Actor actor : new Actor[] {stage.client(), stage.server(), stage.client()}) {
                actor.hs();
                int written =
                        stage.toServer().written().length + stage.toClient().written().length;
                actor.hs(5);
                stage.note(
                        "more",
                        stage.toServer().written().length + stage.toClient().written().length - written);
            }
        });
    }

    @Row("HS-08")
    @InBothVersions
    void filledCompletely(Setting setting) {
        for (int size : SMALLER_THAN_A_HELLO) {
            String full = ", there:" + size;
            Scenario.of(setting)
                    .capacity(size)
                    .same("C hs:W" + full + ", C hs:W" + full + ", S hs:R, there:0, C hs:W" + full, stage -> {
                        stage.client().hs();
                        stage.note("there", stage.toServer().size());
                        stage.client().hs();
                        stage.note("there", stage.toServer().size());
                        stage.server().hs();
                        stage.note("there", stage.toServer().size());
                        stage.client().hs();
                        stage.note("there", stage.toServer().size());
                    });
        }
    }

    @Row(
            value = "HS-10",
            differs = "A server completes the handshake without waiting for room for its tickets; later calls send"
                    + " them.")
    @InTls13
    void ticketsFindNoRoom(Setting setting) {
        for (int size : SMALLER_THAN_A_HELLO) {
            Scenario.of(setting).capacity(size).differs("S hs:W, S hs:W, S hs:W", "S hs:1, S hs:1, S hs:1", stage -> {
                while (!stage.client().end().doHandshake().isOk()) {
                    stage.server().end().doHandshake();
                }
                stage.server().end().doHandshake();
                stage.server().hs(3);
            });
        }
    }

    @Row("HS-11")
    @InBothVersions
    void outputComesFirst(Setting setting) {
        for (int size : SMALLER_THAN_A_HELLO) {
            Scenario.of(setting).capacity(size).same("C hs:W, C hs:W, C hs:W, asked:0, C hs:SSL<40", stage -> {
                stage.client().hs();
                stage.toClient().inject(Records.alert(2, 40));
                stage.client().hs(2);
                stage.note("asked", stage.toClient().readCalls());
                Outcome outcome = null;
                while (outcome == null || outcome.wantsWrite()) {
                    stage.toServer().takeAll();
                    outcome = stage.client().end().doHandshake();
                }
                stage.note(new Step("C hs", outcome.verdict(), outcome.alert(), ""));
            });
        }
    }

    @Row("HS-12")
    @InBothVersions
    void nothingIsHeldBack(Setting setting) {
        for (int size : PipeSizesTest.SIZES) {
            Scenario.of(setting).capacity(size).same("held back:0", stage -> {
                int heldBack = 0;
                while (!stage.isDone()) {
                    heldBack += heldBack(stage.client(), stage.toServer(), stage.toClient(), size);
                    heldBack += heldBack(stage.server(), stage.toClient(), stage.toServer(), size);
                    if (stage.client().end().isHandshakeDone()) {
                        stage.client().end().read(1);
                    }
                }
                stage.note("held back", heldBack);
            });
        }
    }

    /** Returns the number of bytes that an end still sends after WANT_READ once there is room. */
    private static int heldBack(Actor actor, Lane out, Lane in, int size) {
        if (!actor.end().doHandshake().wantsRead()) {
            return 0;
        }
        int before = out.written().length;
        in.show(0);
        out.capacity(Wire.UNLIMITED);
        actor.end().doHandshake();
        out.capacity(size);
        in.show(Integer.MAX_VALUE);
        return out.written().length - before;
    }

    @Row("HS-13")
    @InBothVersions
    void byteByByte(Setting setting) {
        Scenario.of(setting).same("only R before 1:true", stage -> {
            boolean onlyRead = true;
            while (!stage.isDone()) {
                for (Actor actor : new Actor[] {stage.client(), stage.server()}) {
                    stage.toClient().show(1);
                    stage.toServer().show(1);
                    Outcome outcome = actor.end().doHandshake();
                    onlyRead &= outcome.wantsRead() || outcome.isOk();
                }
            }
            stage.note("only R before 1", onlyRead);
        });
    }

    @Row("HS-14")
    @InBothVersions
    void fitfully(Setting setting) {
        Scenario.of(setting).around(bio -> new ChoppyBio(bio, 1, 7, 2)).same("R and W:true", stage -> {
            boolean reads = false;
            boolean writes = false;
            while (!stage.isDone()) {
                for (Actor actor : new Actor[] {stage.client(), stage.server()}) {
                    Outcome outcome = actor.end().doHandshake();
                    reads |= outcome.wantsRead();
                    writes |= outcome.wantsWrite();
                }
            }
            stage.note("R and W", reads && writes);
        });
    }

    @Row("HS-15")
    @InBothVersions
    void chainLongerThanThePipe(Setting setting) {
        Scenario.of(setting)
                .server(server -> server.identity(TestPki.chain(KeyKind.ECDSA_P256, 8)))
                .capacity(512)
                .same("S hs:W, C hs:R, done:true", stage -> {
                    while (stage.toClient().size() < 512) {
                        stage.client().end().doHandshake();
                        stage.server().end().doHandshake();
                    }
                    stage.server().hs();
                    stage.client().hs();
                    while (!stage.isDone()) {
                        stage.server().end().doHandshake();
                        stage.client().end().doHandshake();
                        if (stage.client().end().isHandshakeDone()) {
                            stage.client().end().read(1);
                        }
                    }
                    stage.note("done", true);
                });
    }

    @Row("HS-16")
    @InBothVersions
    void establishedAgain(Setting setting) {
        Scenario.of(setting).same(stage -> {
            stage.settle();
            int tickets = stage.toClient().size();
            int asked = stage.toClient().readCalls() + stage.toServer().readCalls();
            stage.client().hs(3);
            stage.server().hs(3);
            stage.note(
                    "moved",
                    stage.toClient().size() - tickets + stage.toServer().size());
            stage.note("asked", stage.toClient().readCalls() + stage.toServer().readCalls() - asked);
        });
    }

    @Row("HS-17")
    @InBothVersions
    void establishedWithAnUnfinishedWrite(Setting setting) {
        Scenario.of(setting).same("C write:W, C hs:1, there:100, C write:W", stage -> {
            stage.establish().toServer().capacity(100);
            stage.client().write(5_000);
            stage.client().hs();
            stage.note("there", stage.toServer().size());
            stage.client().write(5_000);
        });
    }

    @Row("HS-18")
    @InBothVersions
    void establishedAndClosed(Setting setting) {
        Scenario.of(setting).same("C shutdown:0, C hs:1, S read:closed, S hs:1", stage -> {
            stage.establish().client().shutdown();
            stage.client().hs();
            stage.server().read(1);
            stage.server().hs();
        });
    }

    @Row("HS-19")
    @InTls13
    void clientWritesFirst(Setting setting) {
        Scenario.of(setting).same("C hs:R, S hs:R, C hs:1, C write:100, S hs:1, S read:100", stage -> {
            stage.client().hs();
            stage.server().hs();
            stage.client().hs();
            stage.client().write(100);
            stage.server().hs();
            stage.server().read(200);
        });
    }

    @Row("HS-20")
    @InTls13
    void endAfterTheFlightTls13(Setting setting) {
        Scenario.of(setting).same("C hs:R, S hs:R, C hs:1, C read:SSL>50", stage -> {
            endBehindTheFlight(stage);
            stage.client().read(1);
        });
    }

    @Row("HS-20")
    @InTls12
    void endAfterTheFlightTls12(Setting setting) {
        Scenario.of(setting).same("C hs:R, S hs:R, C hs:SSL>50", HandshakeRowsTest::endBehindTheFlight);
    }

    private static void endBehindTheFlight(Stage stage) {
        stage.client().hs();
        stage.server().hs();
        stage.toClient().end();
        stage.client().hs();
    }

    @Row(
            value = "HS-21",
            differs = "A Bio has no separate flush: bytes that its write accepts are sent. A Bio that cannot accept"
                    + " more returns 0, which becomes WANT_WRITE as in libssl 3.5.")
    @InBothVersions
    void flushThatMustWait(Setting setting) {
        Scenario.of(setting)
                .capacity(0)
                .same("C hs:W, C hs:W", stage -> stage.client().hs(2));
    }

    @Row("HS-23")
    @InBothVersions
    void outOfTheHandshake(Setting setting) {
        Scenario.of(setting).same("C done:false, S done:false, C done:true, S done:true", stage -> {
            stage.client().done();
            stage.server().done();
            stage.establish().client().done();
            stage.server().done();
        });
    }
}
