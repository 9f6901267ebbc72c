package io.parktls.wire;

import static io.parktls.wire.ReframedPeer.HANDSHAKE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.Fuzz;
import io.parktls.TlsAlert;
import io.parktls.TlsHandshakeException;
import io.parktls.TlsLimits;
import io.parktls.wire.Framing.Piece;
import io.parktls.wire.ReframedPeer.Message;
import io.parktls.wire.ReframedPeer.Setting;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Splits and joins the messages of every flight over records and epochs. The engine accepts what RFC 8446 5.1 allows,
 * and refuses what it forbids with unexpected_message. {@link Framing} determines which is the case by the RFC alone.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class SplitAndJoinTest {
    /** How many bytes one handshake with each setting may allocate. */
    private static final long MEMORY = 64 << 20;

    static Stream<Setting> settings() {
        return HandshakeFramingTest.settings();
    }

    // ---- the engine, with random framings by seed

    @Test
    @DisplayName("the engine, with random cuts and records between them")
    void engine() {
        List<Setting> settings = settings().toList();
        Fuzz.run(MEMORY, random -> {
            Setting setting = settings.get(random.nextInt(settings.size()));
            ReframedPeer peer = new ReframedPeer(setting);
            int flights = setting.flights();
            for (int number = 0; number < flights; number++) {
                List<Message> flight = peer.flight();
                SortedSet<Integer> cuts = new TreeSet<>();
                int length = Framing.length(flight);
                // Three of four rounds have the required cuts; without them most framings are forbidden.
                cuts.addAll(random.nextInt(4) > 0 ? necessary(setting, flight) : List.of());
                for (int i = random.nextInt(6); i > 0 && length > 1; i--) {
                    cuts.add(random.nextInt(1, length));
                }
                Framing framing = Framing.cut(setting, flight, cuts);
                if (random.nextInt(4) == 0) {
                    framing = framing.with(random, setting, number == 0);
                }
                String verdict = verdict(peer, framing);
                String due = framing.allowed() ? number == flights - 1 ? "done" : "more" : ">unexpected_message";
                Framing tried = framing;
                assertEquals(due, verdict, () -> setting + ": " + tried.pieces());
                if (!framing.allowed()) {
                    return;
                }
            }
            assertEquals("WANT_READ", peer.arrival(), "the honest peer is done as well");
        });
    }

    private static String verdict(ReframedPeer peer, Framing framing) {
        String verdict = "more";
        for (Piece piece : framing.pieces()) {
            verdict = peer.verdict(peer.record(piece.underKeys(), piece.type(), piece.content()));
            if (!verdict.equals("more")) {
                return verdict;
            }
        }
        return verdict;
    }

    /** Returns the positions where records must end. */
    private static List<Integer> necessary(Setting setting, List<Message> flight) {
        List<Integer> cuts = new ArrayList<>();
        int at = 0;
        for (Message message : flight) {
            if (message.contentType() == HANDSHAKE) {
                at += message.bytes().length;
                if (Framing.endsItsRecord(setting, message)) {
                    cuts.add(at);
                }
            } else if (!setting.is13()) {
                cuts.add(at);
            }
        }
        cuts.removeIf(cut -> cut == 0 || cut == Framing.length(flight));
        return cuts;
    }

    // ---- the guard alone, exhaustively

    @ParameterizedTest
    @MethodSource("settings")
    @DisplayName("the guard, with a cut at every position, with two around the headers, and with required ones omitted")
    void guard(Setting setting) throws Exception {
        ReframedPeer peer = new ReframedPeer(setting);
        List<Message> messages = new ArrayList<>();
        for (int number = 0; number < setting.flights(); number++) {
            List<Message> flight = peer.flight();
            messages.addAll(flight);
            peer.verdict(flight.stream().map(peer::record).toArray(byte[][]::new));
        }
        byte[] offeredSession = setting.resumed() && !setting.is13() && !setting.server()
                ? sessionId(messages.getFirst())
                : new byte[0];
        List<Integer> necessary = necessary(setting, messages);
        List<SortedSet<Integer>> ways = new ArrayList<>();
        for (int cut = 1; cut < Framing.length(messages); cut++) {
            ways.add(cuts(necessary, cut));
            for (int omitted : necessary) {
                SortedSet<Integer> way = cuts(necessary, cut);
                way.remove(omitted);
                ways.add(way);
            }
        }
        List<Integer> interesting = interesting(messages);
        for (int first : interesting) {
            for (int second : interesting) {
                ways.add(cuts(necessary, first, second));
                ways.add(cuts(List.of(), first, second));
            }
        }
        int allowed = 0;
        int forbidden = 0;
        for (SortedSet<Integer> way : ways) {
            Framing framing = Framing.cut(setting, messages, way);
            GuardRun run = new GuardRun(setting, offeredSession);
            if (framing.allowed()) {
                allowed++;
                run.receive(framing);
                assertEquals(count(messages), run.messages, () -> setting + ": " + way);
            } else {
                forbidden++;
                TlsHandshakeException failure = assertThrows(
                        TlsHandshakeException.class, () -> run.receive(framing), () -> setting + ": " + way);
                assertEquals(Optional.of(TlsAlert.UNEXPECTED_MESSAGE), failure.alert(), failure::toString);
            }
        }
        assertTrue(allowed > 50, "allowed: " + allowed);
        assertTrue(forbidden > 50, "forbidden: " + forbidden);
    }

    /** Returns the session id of a ServerHello, which a server that resumes a session of TLS 1.2 echoes. */
    private static byte[] sessionId(Message serverHello) {
        int length = 4 + 2 + 32;
        byte[] bytes = serverHello.bytes();
        return Arrays.copyOfRange(bytes, length + 1, length + 1 + bytes[length]);
    }

    private static int count(List<Message> messages) {
        return (int) messages.stream()
                .filter(message -> message.contentType() == HANDSHAKE)
                .count();
    }

    private static SortedSet<Integer> cuts(List<Integer> necessary, int... more) {
        SortedSet<Integer> cuts = new TreeSet<>(necessary);
        for (int cut : more) {
            cuts.add(cut);
        }
        return cuts;
    }

    /** Returns positions in and around the headers of all messages, and in the middle of each. */
    private static List<Integer> interesting(List<Message> flight) {
        SortedSet<Integer> places = new TreeSet<>();
        int at = 0;
        for (Message message : flight) {
            if (message.contentType() == HANDSHAKE) {
                for (int offset : new int[] {-1, 0, 1, 3, 4, 5, message.bytes().length / 2}) {
                    places.add(at + offset);
                }
                at += message.bytes().length;
            }
        }
        int end = at;
        places.removeIf(place -> place < 1 || place >= end);
        return new ArrayList<>(places);
    }

    /** Drives a guard as an engine does. */
    private static final class GuardRun {
        private final Setting setting;
        private final HandshakeGuard guard;
        private int messages;
        private int hellos;

        GuardRun(Setting setting, byte[] offeredSession) {
            this.setting = setting;
            this.guard = new HandshakeGuard(
                    setting.server(), setting.is13(), TlsLimits.DEFAULT, (type, bytes, body, length) -> messages++);
            guard.sessionOffered(offeredSession);
        }

        void receive(Framing framing) throws TlsHandshakeException {
            for (Piece piece : framing.pieces()) {
                byte[] content = piece.content();
                if (piece.underKeys()) {
                    guard.acceptContent(piece.type(), content, 0, content.length);
                } else {
                    guard.acceptPlaintext(piece.type(), content, 0, content.length);
                }
                if (guard.isAwaitingAnswer()) {
                    hellos++;
                    if (setting.retry() && hellos == 1) {
                        guard.retryRequested();
                    } else {
                        guard.serverHelloSent(setting.version(), setting.resumed());
                    }
                }
            }
        }
    }
}
