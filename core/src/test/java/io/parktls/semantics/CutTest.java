package io.parktls.semantics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Cuts a connection after every byte that one end receives, by the end of the stream and by a reset. The connection
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

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.parktls.semantics.Setting#all")
    void cutAtEveryByte(Setting setting) {
        Contexts contexts = Contexts.of(setting, TestPki.server(KeyKind.ECDSA_P256));
        contexts.sslServer().tickets(1);
        Stream.of(Cut.values()).parallel().forEach(cut -> {
            int bytes = cutAtEach(contexts, cut, true);
            assertTrue(bytes > 300, "only " + bytes + " bytes");
            if (setting.isBouncyCastle()) {
                cutAtEach(contexts, cut, false);
            }
        });
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

    /** @return the number of bytes after which the connection was complete */
    private static int cutAtEach(Contexts contexts, Cut how, boolean ours) {
        boolean server = how.server;
        boolean reset = how.reset;
        for (int cut = 0; cut < TOO_LONG; cut++) {
            Wire wire = new Wire(Wire.UNLIMITED);
            Lane lane = server ? wire.toServer() : wire.toClient();
            lane.cutAfter(cut, reset);
            try (End client = contexts.client(ours && !server, wire.client());
                    End serverEnd = contexts.server(ours && server, wire.server())) {
                Victim victim = new Victim(server ? serverEnd : client);
                Outcome outcome = converse(victim, new Peer(server ? client : serverEnd));
                String what = "%s after %d bytes, %s: %s".formatted(how, cut, victim.end, outcome);
                if (outcome.isClosed()) {
                    assertTrue(cut >= lane.written().length, what);
                    assertEquals(DATA, victim.received, what);
                    return cut;
                }
                String alert = reset ? "" : outcome.alert();
                String expected = reset ? "SYSCALL" : "SSL" + (contexts.isAlertChosenBy(ours) ? alert : ">50");
                assertEquals(expected, outcome.verdict() + alert, what);
            }
        }
        throw new AssertionError("the connection was never complete: " + how);
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
