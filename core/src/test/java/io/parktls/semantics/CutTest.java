package io.parktls.semantics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.Sample;
import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.TlsVersion;
import io.parktls.engine.TlsEngineProvider;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Cuts a connection after bytes that one end receives, by the end of the stream and by a reset. The connection
 * consists of a handshake, some data and close_notify. The receiving end is ParkTLS, or libssl for comparison. Each cut
 * must cause the error that the EOF rows specify. The complete connection must cause none.
 */
@Timeout(300)
@ExtendWith(NeedsLibssl.class)
final class CutTest {
    private static final int DATA = 50;

    /** More bytes than any of these connections transfers. */
    private static final int TOO_LONG = 10_000;

    /** More turns than any of these connections needs. */
    private static final int TURNS = 40;

    /** Cuts at one in this many bytes, besides the ends and headers of all records. */
    private static final int ONE_IN = 25;

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.parktls.semantics.Setting#all")
    void cutInEachRecord(Setting setting) {
        forEachCut(setting, (contexts, cut, ours) -> {
            byte[] whole = whole(contexts, cut, ours);
            long cuts = Sample.positions("cuts " + setting + cut, whole, ONE_IN)
                    .filter(at -> !isComplete(contexts, cut, ours, new Wire(Wire.UNLIMITED), at))
                    .count();
            assertTrue(cuts > 30, "only " + cuts + " cuts");
        });
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    void cutInEachRecordOfAResumedHandshake(TlsVersion version) {
        Setting setting = new Setting(version, TlsEngineProvider.bouncyCastle());
        Contexts full = contexts(setting);
        for (Cut cut : List.of(Cut.CLIENT_BY_END, Cut.SERVER_BY_END)) {
            Contexts contexts = full.resuming(cut.server ? Pairing.LIBSSL_PARKTLS : Pairing.PARKTLS_LIBSSL);
            byte[] whole = whole(contexts, cut, true);
            long cuts = Sample.positions("resumed cuts " + setting + cut, whole, ONE_IN)
                    .filter(at -> !isComplete(contexts, cut, true, new Wire(Wire.UNLIMITED), at))
                    .count();
            assertTrue(cuts > 30, "only " + cuts + " cuts");
        }
    }

    @Tag("slow")
    @ParameterizedTest(name = "{0}")
    @MethodSource("io.parktls.semantics.Setting#all")
    void cutAtEveryByte(Setting setting) {
        forEachCut(setting, (contexts, cut, ours) -> {
            long cuts = IntStream.range(0, TOO_LONG)
                    .takeWhile(at -> !isComplete(contexts, cut, ours, new Wire(Wire.UNLIMITED), at))
                    .count();
            assertTrue(cuts > 300 && cuts < TOO_LONG, "complete after " + cuts + " bytes");
        });
    }

    private interface Cutter {
        void run(Contexts contexts, Cut cut, boolean ours);
    }

    private static void forEachCut(Setting setting, Cutter cutter) {
        Contexts contexts = contexts(setting);
        Stream.of(Cut.values()).parallel().forEach(cut -> {
            cutter.run(contexts, cut, true);
            if (setting.isBouncyCastle()) {
                cutter.run(contexts, cut, false);
            }
        });
    }

    private static Contexts contexts(Setting setting) {
        // Ed25519 signatures have a fixed length, so a record begins at the same place in every connection.
        Contexts contexts = Contexts.of(setting, TestPki.server(KeyKind.ED25519));
        contexts.sslServer().tickets(1);
        return contexts;
    }

    /** The end that is cut off, and the kind of cut. */
    private enum Cut {
        CLIENT_BY_END(false, false),
        SERVER_BY_END(true, false),
        CLIENT_BY_RESET(false, true),
        SERVER_BY_RESET(true, true);

        private final boolean server;
        private final boolean reset;

        Cut(boolean server, boolean reset) {
            this.server = server;
            this.reset = reset;
        }
    }

    /** Returns the bytes that the receiving end gets from the complete connection. */
    private static byte[] whole(Contexts contexts, Cut how, boolean ours) {
        Wire wire = new Wire(Wire.UNLIMITED);
        assertTrue(isComplete(contexts, how, ours, wire, TOO_LONG), "never complete: " + how);
        return (how.server ? wire.toServer() : wire.toClient()).written();
    }

    /** Cuts after that many bytes, and returns whether the connection was complete because it has no more. */
    private static boolean isComplete(Contexts contexts, Cut how, boolean ours, Wire wire, int cut) {
        boolean server = how.server;
        Lane lane = server ? wire.toServer() : wire.toClient();
        lane.cutAfter(cut, how.reset);
        try (End client = contexts.client(ours && !server, wire.client());
                End serverEnd = contexts.server(ours && server, wire.server())) {
            Victim victim = new Victim(server ? serverEnd : client);
            Outcome outcome = converse(victim, new Peer(server ? client : serverEnd));
            String what = "%s after %d bytes, %s: %s".formatted(how, cut, victim.end, outcome);
            if (outcome.isClosed()) {
                assertTrue(cut >= lane.written().length, what);
                assertEquals(DATA, victim.received, what);
                assertEquals(contexts.resumed() != null, victim.end.isResumed(), what);
                return true;
            }
            String alert = how.reset ? "" : outcome.alert();
            String expected = how.reset ? "SYSCALL" : "SSL" + (contexts.isAlertChosenBy(ours) ? alert : ">50");
            assertEquals(expected, outcome.verdict() + alert, what);
            return false;
        }
    }

    private static Outcome converse(Victim victim, Peer peer) {
        for (int turn = 0; turn < TURNS; turn++) {
            peer.turn();
            Outcome outcome = victim.turn();
            if (outcome.isFatal() || outcome.isClosed()) {
                return outcome;
            }
        }
        throw new AssertionError("the connection does not end: " + victim.end + ", " + peer.end);
    }

    /** The receiving end: it handshakes, then reads until the end of the stream. */
    private static final class Victim {
        private final End end;
        private int received;

        Victim(End end) {
            this.end = end;
        }

        Outcome turn() {
            Outcome outcome = end.isHandshakeDone() ? end.read(DATA) : end.doHandshake();
            received += outcome.data().length;
            return outcome;
        }
    }

    /** The sending end: it handshakes, writes, and closes. */
    private static final class Peer {
        private final End end;
        private boolean written;

        Peer(End end) {
            this.end = end;
        }

        void turn() {
            if (!end.isHandshakeDone()) {
                end.doHandshake();
            } else if (!written) {
                written = end.write(Actor.bytes(DATA)).isOk();
            } else if (end.shutdownState() == 0) {
                end.shutdown();
            }
        }
    }
}
