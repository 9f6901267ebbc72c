package io.parktls.semantics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.parktls.openssl.SslContext;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;

/** WRT: writes, and writes that are repeated. */
final class WriteRowsTest {
    private static final String POSITION = "The position of the ByteBuffer shows how much was accepted, so a repeated"
            + " write has no arguments to get wrong: it continues with the bytes that it is given.";
    private static final String PARTIAL = "The position of the ByteBuffer shows how much was accepted, also after"
            + " WANT_WRITE: every write may be partial, and OK means that the pipe has accepted all bytes.";

    /** Only zeros, so that the content is the same from any offset. */
    private static final byte[] ZEROS = new byte[5_000];

    @Row("WRT-01")
    @InBothVersions
    void moreThanThePipeHolds(Setting setting) {
        Scenario.of(setting).same("C write:W, C write:100000, at the server:100000", stage -> {
            stage.establish().toServer().capacity(1_000);
            Outcome write = stage.client().write(100_000);
            int read = 0;
            while (!write.isOk() || read < 100_000) {
                read += stage.server().end().read(100_000).data().length;
                if (!write.isOk()) {
                    write = stage.client().end().write(Actor.bytes(100_000));
                }
            }
            stage.note("C write", write.verdict());
            stage.note("at the server", read);
        });
    }

    @Row(value = "WRT-02", differs = POSITION)
    @InBothVersions
    void fromAnotherPlace(Setting setting) {
        Map<Pairing, Stage> stages = Scenario.of(setting).run(stage -> retry(stage, 1, -1));
        assertEquals("C write:W, retry:SSL", stages.get(Pairing.LIBSSL_LIBSSL).brief());
        assertEquals(
                "C write:W, retry:ok, read:5000",
                stages.get(Pairing.PARKTLS_PARKTLS).brief());
    }

    @Row("WRT-03")
    @InBothVersions
    void fromAnotherPlaceWhereAllowed(Setting setting) {
        Scenario.of(setting)
                .libsslClient(client -> client.mode(SslContext.ACCEPT_MOVING_WRITE_BUFFER))
                .same("C write:W, retry:ok, read:5000", stage -> retry(stage, 1, 0));
    }

    @Row(value = "WRT-04", differs = POSITION)
    @InBothVersions
    void withLess(Setting setting) {
        Map<Pairing, Stage> stages = Scenario.of(setting).run(stage -> retry(stage, 0, -1));
        assertEquals("C write:W, retry:SSL", stages.get(Pairing.LIBSSL_LIBSSL).brief());
        assertEquals(
                "C write:W, retry:ok, read:5000",
                stages.get(Pairing.PARKTLS_PARKTLS).brief());
    }

    @Row("WRT-05")
    @InBothVersions
    void withMore(Setting setting) {
        Scenario.of(setting).same("C write:W, retry:ok, read:5001", stage -> retry(stage, 0, 1));
    }

    /** Leaves the client's write of {@link #ZEROS} unfinished and repeats it from another offset and length. */
    private static void retry(Stage stage, int offset, int more) throws Exception {
        stage.establish().toServer().capacity(100);
        ByteBuffer src = ByteBuffer.wrap(ZEROS);
        if (stage.client().end() instanceof LibsslEnd) {
            stage.client().write(ZEROS);
        } else {
            stage.note("C write", Scenario.ours(stage.client()).write(src).returnCode() < 0 ? "W" : "1");
        }
        stage.toServer().capacity(Wire.UNLIMITED);
        boolean ok;
        if (stage.client().end() instanceof LibsslEnd libssl) {
            ok = libssl.outcome(libssl.ssl().writeAgain(offset, ZEROS.length + more))
                    .isOk();
        } else {
            byte[] rest = new byte[src.remaining() + Math.max(more, 0)];
            ok = Scenario.ours(stage.client()).write(ByteBuffer.wrap(rest)).returnCode() == 1;
        }
        stage.note("retry", ok ? "ok" : "SSL");
        int read = 0;
        for (Outcome part = stage.server().end().read(10_000);
                part.isOk();
                part = stage.server().end().read(10_000)) {
            read += part.data().length;
        }
        if (ok) {
            stage.note("read", read);
        }
    }

    @Row("WRT-06")
    @InBothVersions
    void bytesAreChanged(Setting setting) {
        Scenario.of(setting).same("C write:W, C write:5000, S read:5000, old:true", stage -> {
            stage.establish().toServer().capacity(100);
            byte[] bytes = Actor.bytes(5_000);
            stage.client().write(bytes);
            Arrays.fill(bytes, (byte) 0);
            stage.toServer().capacity(Wire.UNLIMITED);
            stage.client().write(bytes);
            byte[] read = stage.server().read(5_000).data();
            stage.note("old", Arrays.equals(Actor.bytes(5_000), read));
        });
    }

    @Row(value = "WRT-07", differs = PARTIAL)
    @Row(value = "WRT-08", differs = PARTIAL)
    @InBothVersions
    void partial(Setting setting) throws Exception {
        for (int capacity : new int[] {17_000, 1_000}) {
            Map<Pairing, Stage> stages = Scenario.of(setting)
                    .libsslClient(client -> client.mode(SslContext.ENABLE_PARTIAL_WRITE))
                    .run(stage -> {
                        stage.establish().toServer().capacity(capacity);
                        ByteBuffer src = ByteBuffer.allocate(100_000);
                        if (stage.client().end() instanceof LibsslEnd) {
                            stage.client().write(100_000);
                        } else {
                            stage.note(
                                    "C write",
                                    Scenario.ours(stage.client()).write(src) + (src.position() > 0 ? " partial" : ""));
                        }
                    });
            assertEquals(
                    capacity == 17_000 ? "C write:16384" : "C write:W",
                    stages.get(Pairing.LIBSSL_LIBSSL).brief());
            assertEquals(
                    "C write:WANT_WRITE partial",
                    stages.get(Pairing.PARKTLS_PARKTLS).brief());
        }
    }

    @Row(
            value = "WRT-09",
            differs = "Writing 0 bytes succeeds, as with SSL_write_ex; SSL_write cannot distinguish this from a"
                    + " failure.")
    @InBothVersions
    void nothing(Setting setting) {
        Scenario.of(setting).differs("C write:SYSCALL, out:0, C write:1", "C write:0, out:0, C write:1", stage -> {
            stage.establish().client().write(0);
            stage.note("out", stage.toServer().size());
            stage.client().write(1);
        });
    }

    @Row("WRT-10")
    @InBothVersions
    void afterOwnCloseNotify(Setting setting) {
        Scenario.of(setting)
                .same("C shutdown:0, C write:SSL, C write:SSL, S write:10, C read:10, C done:true", stage -> {
                    stage.establish().client().shutdown();
                    stage.client().write(1);
                    stage.client().write(1);
                    stage.server().write(10);
                    stage.client().read(10);
                    stage.client().done();
                });
    }

    @Row("WRT-11")
    @InTls13
    void afterThePeersCloseNotify(Setting setting) {
        Scenario.of(setting).same(WriteRowsTest.HALF_CLOSED, WriteRowsTest::writeHalfClosed);
    }

    @Row(
            value = "WRT-11",
            differs = "With the JSSE engine and TLS 1.2, a close ends both directions, as RFC 5246 7.2.1 requires. The"
                    + " Bouncy Castle engine, and both engines with TLS 1.3, can still write.")
    @InTls12
    void afterThePeersCloseNotifyTls12(Setting setting) {
        if (setting.isBouncyCastle()) {
            Scenario.of(setting).same(HALF_CLOSED, WriteRowsTest::writeHalfClosed);
        } else {
            Scenario.of(setting)
                    .differs(
                            HALF_CLOSED,
                            "S shutdown:0, C read:closed, C write:SSL, S read:closed",
                            WriteRowsTest::writeHalfClosed);
        }
    }

    private static final String HALF_CLOSED = "S shutdown:0, C read:closed, C write:10, S read:10";

    private static void writeHalfClosed(Stage stage) {
        stage.establish().server().shutdown();
        stage.client().read(1);
        stage.client().write(10);
        stage.server().read(10);
    }

    @Row(
            value = "WRT-12",
            differs = "A KeyUpdate is a separate record that is sent between the records of the write; neither affects"
                    + " the other. (An SSLEngine decides by itself when to update keys.)")
    @InTls13
    void keyUpdateWhileUnfinished(Setting setting) {
        String ours = setting.isBouncyCastle() ? "W" : "SSL";
        Scenario.of(setting)
                .differs(
                        "C write:W, C update:SSL, C write:5000, S read:5000",
                        "C write:W, C update:" + ours + ", C write:5000, S read:5000",
                        stage -> {
                            stage.establish().toServer().capacity(100);
                            stage.client().write(5_000);
                            stage.client().updateKeys(false);
                            stage.toServer().capacity(Wire.UNLIMITED);
                            stage.client().write(5_000);
                            stage.server().read(5_000);
                        });
    }
}
