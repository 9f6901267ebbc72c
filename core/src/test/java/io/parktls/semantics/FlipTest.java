package io.parktls.semantics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One bit of each byte of a handshake's records is flipped, one at a time. Both ends fail, with an alert or another clear
 * error; unless a receiver is to ignore the byte. What libssl says to the same flip is written beside, into
 * {@code target/semantics}.
 */
@Timeout(180)
@ExtendWith(NeedsLibssl.class)
final class FlipTest {
    private static final int TURNS = 12;

    /** Bytes that a receiver may ignore, as {@link Place#kind} names them. */
    private static final Map<String, String> IGNORED = Map.of(
            "handshake record, version",
                    "RFC 8446 5.1: legacy_record_version MUST be ignored; RFC 5246 E.1 for ClientHello",
            "change_cipher_spec record, version", "RFC 8446 5.1: legacy_record_version MUST be ignored");

    /** A flip and what came of it. */
    private record Flip(boolean server, Place place, Result ours, Result theirs) {
        @Override
        public String toString() {
            return "%s, %s: ParkTLS %s | libssl %s | %s"
                    .formatted(server ? "server" : "client", place, ours, theirs, ours.victim.detail());
        }
    }

    /** What became of both ends. */
    private record Result(Outcome victim, Outcome peer, boolean accepted) {
        boolean isClear() {
            return accepted || (victim.isFatal() && peer.isFatal());
        }

        @Override
        public String toString() {
            if (accepted) {
                return "accepted";
            }
            return brief(victim) + " / " + brief(peer) + (isClear() ? "" : " no clear error");
        }

        private static String brief(Outcome outcome) {
            return outcome.verdict() + outcome.alert();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.parktls.semantics.Setting#all")
    void flipEveryByte(Setting setting) throws IOException {
        // Signatures of Ed25519 are always as long, so a place in the stream is always the same field.
        Contexts contexts = Contexts.of(setting, TestPki.server(KeyKind.ED25519));
        contexts.sslServer().tickets(0);
        List<String> report = new ArrayList<>();
        List<Flip> unclear = new ArrayList<>();
        Set<String> accepted = new TreeSet<>();
        for (boolean server : new boolean[] {false, true}) {
            byte[] stream = handshake(contexts, server, true);
            byte[] theirStream = handshake(contexts, server, false);
            List<Flip> flips = IntStream.range(0, stream.length)
                    .parallel()
                    .mapToObj(at -> {
                        Place place = Place.of(stream, at);
                        Result theirs = flip(contexts, server, false, place.in(theirStream));
                        return new Flip(server, place, flip(contexts, server, true, at), theirs);
                    })
                    .toList();
            for (Flip flip : flips) {
                report.add(flip.toString());
                if (flip.ours.accepted) {
                    accepted.add(flip.place.kind());
                }
                if (!flip.ours.isClear()) {
                    unclear.add(flip);
                }
            }
        }
        write(setting, report);
        assertEquals(List.of(), unclear);
        accepted.removeAll(IGNORED.keySet());
        assertEquals(Set.of(), accepted, "accepted, though nobody is told to ignore it");
        assertTrue(report.size() > 1_000, "flips: " + report.size());
    }

    private static void write(Setting setting, List<String> report) throws IOException {
        Map<String, String> ignored = new TreeMap<>(IGNORED);
        List<String> lines = new ArrayList<>();
        ignored.forEach((place, why) -> lines.add("may be ignored: " + place + " (" + why + ")"));
        lines.add("victim / its peer: > alert sent, < alert received");
        lines.addAll(report);
        Path directory = Files.createDirectories(Path.of("target", "semantics"));
        Files.write(directory.resolve("flips " + setting + ".txt"), lines);
    }

    /** What the victim gets to see in a handshake that nobody disturbs. */
    private static byte[] handshake(Contexts contexts, boolean server, boolean ours) {
        Wire wire = new Wire(Wire.UNLIMITED);
        try (End client = contexts.client(ours && !server, wire.client());
                End serverEnd = contexts.server(ours && server, wire.server())) {
            while (!client.isHandshakeDone() || !serverEnd.isHandshakeDone()) {
                client.doHandshake();
                serverEnd.doHandshake();
            }
            return (server ? wire.toServer() : wire.toClient()).written();
        }
    }

    private static Result flip(Contexts contexts, boolean server, boolean ours, int at) {
        Wire wire = new Wire(Wire.UNLIMITED);
        (server ? wire.toServer() : wire.toClient()).spoil(at, 1 << (at & 7));
        try (End client = contexts.client(ours && !server, wire.client());
                End serverEnd = contexts.server(ours && server, wire.server())) {
            return converse(wire, server ? serverEnd : client, server ? client : serverEnd);
        }
    }

    private static Result converse(Wire wire, End victim, End peer) {
        Outcome first = null;
        Outcome second = null;
        for (int turn = 0; turn < TURNS; turn++) {
            if (second == null || second.isRetry()) {
                second = turn(peer);
            }
            if (first == null || first.isRetry()) {
                first = turn(victim);
            }
            if (turn == TURNS / 2) {
                // Whoever still waits, waits in vain: a record said to be longer than it is. A timeout would end it.
                boolean both = victim.isHandshakeDone() && peer.isHandshakeDone();
                if (both && first.wantsRead() && second.wantsRead()) {
                    return new Result(first, second, true);
                }
                wire.toClient().end();
                wire.toServer().end();
            }
        }
        return new Result(first, second, false);
    }

    /** Handshakes, then reads. */
    private static Outcome turn(End end) {
        if (end.isHandshakeDone()) {
            return end.read(1);
        }
        Outcome outcome = end.doHandshake();
        return outcome.isOk() ? end.read(1) : outcome;
    }

    /** A place in a stream of records. */
    private record Place(int record, int offset, int start, byte type) {
        private static final String[] HEADER = {"type", "version", "version", "length", "length"};

        static Place of(byte[] stream, int at) {
            int record = 0;
            int start = 0;
            while (start + length(stream, start) <= at) {
                start += length(stream, start);
                record++;
            }
            return new Place(record, at - start, start, stream[start]);
        }

        /** The like place in another stream, whose records may be a little shorter. */
        int in(byte[] stream) {
            int start = 0;
            for (int i = 0; i < record && start + length(stream, start) < stream.length; i++) {
                start += length(stream, start);
            }
            return start + Math.min(offset, length(stream, start) - 1);
        }

        private static int length(byte[] stream, int start) {
            return 5 + ((stream[start + 3] & 0xFF) << 8 | stream[start + 4] & 0xFF);
        }

        /** Without the numbers. */
        String kind() {
            String name = switch (type) {
                case Records.CHANGE_CIPHER_SPEC -> "change_cipher_spec record, ";
                case Records.ALERT -> "alert record, ";
                case Records.HANDSHAKE -> "handshake record, ";
                default -> "protected record, ";
            };
            return name + (offset < 5 ? HEADER[offset] : "fragment");
        }

        @Override
        public String toString() {
            return "record " + record + ", byte " + offset + ", " + kind();
        }
    }
}
