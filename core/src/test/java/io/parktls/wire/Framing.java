package io.parktls.wire;

import static io.parktls.wire.ReframedPeer.ALERT;
import static io.parktls.wire.ReframedPeer.CHANGE_CIPHER_SPEC;
import static io.parktls.wire.ReframedPeer.HANDSHAKE;

import io.parktls.wire.ReframedPeer.Message;
import io.parktls.wire.ReframedPeer.Setting;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * One way to divide the messages of a flight into records.
 *
 * @param pieces the content of the records
 * @param allowed whether RFC 8446 5 and 5.1 (RFC 5246 7.1) allow it
 */
record Framing(List<Piece> pieces, boolean allowed) {
    /** The content of one record. */
    record Piece(boolean underKeys, int type, byte[] content) {
        @Override
        public String toString() {
            return type + (underKeys ? " under keys, " : ", ") + content.length + " bytes";
        }
    }

    /**
     * Divides the messages of a flight into records as if they were one sequence of bytes. A record is protected if the
     * message at its beginning is.
     *
     * @param cuts the positions in the sequence where records end, except the end of the sequence
     */
    static Framing cut(Setting setting, List<Message> flight, SortedSet<Integer> cuts) {
        ByteArrayOutputStream sequence = new ByteArrayOutputStream();
        List<Integer> starts = new ArrayList<>(); // of messages
        List<Boolean> protections = new ArrayList<>();
        SortedSet<Integer> ends = new TreeSet<>(); // the positions where a record must end
        List<Integer> changes = new ArrayList<>(); // the positions of change_cipher_spec
        Message last = null;
        for (Message message : flight) {
            if (message.contentType() == CHANGE_CIPHER_SPEC) {
                changes.add(sequence.size());
                if (!setting.is13()) {
                    ends.add(sequence.size());
                }
                continue;
            }
            if (last != null && endsItsRecord(setting, last)) {
                ends.add(sequence.size());
            }
            starts.add(sequence.size());
            protections.add(message.underKeys());
            sequence.writeBytes(message.bytes());
            last = message;
        }
        byte[] bytes = sequence.toByteArray();
        boolean allowed = true;
        List<Piece> pieces = new ArrayList<>();
        List<Integer> edges = new ArrayList<>(cuts);
        edges.addFirst(0);
        edges.add(bytes.length);
        for (int i = 0; i + 1 < edges.size(); i++) {
            int from = edges.get(i);
            int to = edges.get(i + 1);
            while (!changes.isEmpty() && changes.getFirst() <= from && isGap(setting, changes.getFirst(), from)) {
                changes.removeFirst();
                pieces.add(new Piece(false, CHANGE_CIPHER_SPEC, new byte[] {1}));
            }
            int message = 0;
            while (message + 1 < starts.size() && starts.get(message + 1) <= from) {
                message++;
            }
            allowed &= ends.subSet(from + 1, to).isEmpty();
            pieces.add(new Piece(protections.get(message), HANDSHAKE, Arrays.copyOfRange(bytes, from, to)));
        }
        return new Framing(pieces, allowed);
    }

    /** In TLS 1.3, change_cipher_spec has no effect, so it is included only where a record begins anyway. */
    private static boolean isGap(Setting setting, int change, int from) {
        return !setting.is13() || change == from;
    }

    static boolean endsItsRecord(Setting setting, Message message) {
        return switch (message.type()) {
            case HandshakeType.CLIENT_HELLO, HandshakeType.SERVER_HELLO_DONE, HandshakeType.FINISHED -> true;
            case HandshakeType.SERVER_HELLO -> setting.is13();
            default -> false;
        };
    }

    /** Inserts a record at a random position: an empty one, change_cipher_spec, or user_canceled. */
    Framing with(Random random, Setting setting, boolean firstFlight) {
        List<Piece> more = new ArrayList<>(pieces);
        int at = random.nextInt(more.size());
        Piece next = more.get(at);
        boolean boundary = isBoundary(at);
        boolean mayCome = boundary && !(firstFlight && setting.server() && at == 0);
        boolean accepted;
        switch (random.nextInt(setting.is13() ? 3 : 2)) {
            case 0 -> {
                more.add(at, new Piece(next.underKeys(), HANDSHAKE, new byte[0]));
                accepted = false;
            }
            case 1 -> {
                more.add(at, new Piece(next.underKeys(), ALERT, new byte[] {1, 90}));
                accepted = mayCome;
            }
            default -> {
                more.add(at, new Piece(false, CHANGE_CIPHER_SPEC, new byte[] {1}));
                accepted = mayCome;
            }
        }
        return new Framing(more, allowed && accepted);
    }

    /** Whether the piece at this index begins with the beginning of a message. */
    private boolean isBoundary(int index) {
        ByteArrayOutputStream before = new ByteArrayOutputStream();
        pieces.subList(0, index).stream()
                .filter(piece -> piece.type() == HANDSHAKE)
                .forEach(piece -> before.writeBytes(piece.content()));
        byte[] bytes = before.toByteArray();
        int at = 0;
        while (at + 4 <= bytes.length) {
            at += 4 + ((bytes[at + 1] & 0xFF) << 16 | (bytes[at + 2] & 0xFF) << 8 | bytes[at + 3] & 0xFF);
        }
        return at == bytes.length;
    }

    /** Returns the total length of the handshake messages in a flight, in bytes. */
    static int length(List<Message> flight) {
        return flight.stream()
                .filter(message -> message.contentType() == HANDSHAKE)
                .mapToInt(message -> message.bytes().length)
                .sum();
    }
}
