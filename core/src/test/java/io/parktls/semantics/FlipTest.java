package io.parktls.semantics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.Sample;
import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.TlsVersion;
import io.parktls.engine.TlsEngineProvider;
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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Flips one bit of one byte of a handshake's records in each connection. Both ends must fail with an alert or another
 * clear error, unless a receiver may ignore the byte. The slow test flips every byte; its report in
 * {@code target/semantics} also contains libssl's reaction to the same flip.
 */
@Timeout(180)
@ExtendWith(NeedsLibssl.class)
final class FlipTest {
    private static final int TURNS = 12;

    /** Flips one in this many bytes, besides the ends and headers of all records. */
    private static final int ONE_IN = 12;

    /** The same for resumed handshakes. Their tickets are long, and all bytes of a ticket count alike. */
    private static final int ONE_IN_OF_RESUMED = 16;

    /** The bytes that a receiver may ignore, by {@link Place#kind}, with the reason. */
    private static final Map<String, String> IGNORED = Map.of(
            "handshake record, version",
                    "RFC 8446 5.1: legacy_record_version MUST be ignored; RFC 5246 E.1 for ClientHello",
            "change_cipher_spec record, version", "RFC 8446 5.1: legacy_record_version MUST be ignored");

    /** A flip and the result of ParkTLS. */
    private record Flip(boolean server, Place place, Result ours) {
        String toString(Object theirs) {
            return "%s, %s: ParkTLS %s | libssl %s | %s"
                    .formatted(server ? "server" : "client", place, ours, theirs, ours.victim.detail());
        }

        @Override
        public String toString() {
            return toString("not run");
        }
    }

    /** The outcomes of both ends. */
    private record Result(Outcome victim, Outcome peer, boolean accepted) {
        boolean isClear() {
            return accepted || (victim.isFatal() && peer.isFatal());
        }

        @Override
        public String toString() {
            if (accepted) {
                return "accepted";
            }
            return brief(victim) + " / " + brief(peer) + (isClear() ? "" : " without a clear error");
        }

        private static String brief(Outcome outcome) {
            return outcome.verdict() + outcome.alert();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.parktls.semantics.Setting#all")
    void flipInEachRecord(Setting setting) {
        Contexts contexts = contexts(setting);
        List<Flip> flips = new ArrayList<>();
        for (boolean server : new boolean[] {false, true}) {
            byte[] stream = handshake(contexts, server, true);
            flips.addAll(
                    flips(contexts, server, stream, Sample.positions("flips " + setting + server, stream, ONE_IN)));
        }
        check(flips);
        assertTrue(flips.size() > 100, "flips: " + flips.size());
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    void flipInEachRecordOfAResumedHandshake(TlsVersion version) {
        Contexts full = contexts(new Setting(version, TlsEngineProvider.bouncyCastle()));
        List<Flip> flips = new ArrayList<>();
        for (boolean server : new boolean[] {false, true}) {
            full.sslServer().tickets(1);
            Contexts contexts = full.resuming(server ? Pairing.LIBSSL_PARKTLS : Pairing.PARKTLS_LIBSSL);
            full.sslServer().tickets(0);
            byte[] stream = handshake(contexts, server, true);
            flips.addAll(flips(
                    contexts,
                    server,
                    stream,
                    Sample.positions("resumed " + version + server, stream, ONE_IN_OF_RESUMED)));
        }
        check(flips);
        assertTrue(flips.size() > 50, "flips: " + flips.size());
    }

    @Tag("slow")
    @ParameterizedTest(name = "{0}")
    @MethodSource("io.parktls.semantics.Setting#all")
    void flipEveryByte(Setting setting) throws IOException {
        Contexts contexts = contexts(setting);
        List<Flip> flips = new ArrayList<>();
        List<String> report = new ArrayList<>();
        for (boolean server : new boolean[] {false, true}) {
            byte[] stream = handshake(contexts, server, true);
            byte[] theirStream = handshake(contexts, server, false);
            List<Flip> ours = flips(contexts, server, stream, IntStream.range(0, stream.length));
            List<Result> theirs = ours.stream()
                    .parallel()
                    .map(flip -> flip(contexts, server, false, flip.place.in(theirStream)))
                    .toList();
            for (int i = 0; i < ours.size(); i++) {
                report.add(ours.get(i).toString(theirs.get(i)));
            }
            flips.addAll(ours);
        }
        write(setting, report);
        check(flips);
        assertTrue(flips.size() > 1_000, "flips: " + flips.size());
    }

    private static Contexts contexts(Setting setting) {
        // Ed25519 signatures have a fixed length, so a place in the stream is the same field in every handshake.
        Contexts contexts = Contexts.of(setting, TestPki.server(KeyKind.ED25519));
        contexts.sslServer().tickets(0);
        return contexts;
    }

    private static List<Flip> flips(Contexts contexts, boolean server, byte[] stream, IntStream positions) {
        return positions
                .parallel()
                .mapToObj(at -> new Flip(server, Place.of(stream, at), flip(contexts, server, true, at)))
                .toList();
    }

    private static void check(List<Flip> flips) {
        assertEquals(
                List.of(), flips.stream().filter(flip -> !flip.ours.isClear()).toList());
        Set<String> accepted = new TreeSet<>();
        for (Flip flip : flips) {
            if (flip.ours.accepted) {
                accepted.add(flip.place.kind());
            }
        }
        accepted.removeAll(IGNORED.keySet());
        assertEquals(Set.of(), accepted, "accepted although no RFC allows a receiver to ignore the byte");
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

    /** Returns the bytes that the victim receives in an undisturbed handshake. */
    private static byte[] handshake(Contexts contexts, boolean server, boolean ours) {
        Wire wire = new Wire(Wire.UNLIMITED);
        try (End client = contexts.client(ours && !server, wire.client());
                End serverEnd = contexts.server(ours && server, wire.server())) {
            while (!client.isHandshakeDone() || !serverEnd.isHandshakeDone()) {
                client.doHandshake();
                serverEnd.doHandshake();
            }
            assertEquals(contexts.resumed() != null, client.isResumed());
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
                // An end may wait for the rest of a record whose length was changed. The end of the stream replaces the
                // timeout that would end this wait.
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

    /** Continues the handshake, and reads once it is complete. */
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

        /** Returns the offset of this place in another stream, whose records may be slightly shorter. */
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

        /** Returns the type of the record and the field, without the numbers. */
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
