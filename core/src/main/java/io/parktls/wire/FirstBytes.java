package io.parktls.wire;

import io.parktls.TlsAlert;
import io.parktls.TlsHandshakeException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Tells by the first bytes of a connection whether the peer speaks TLS at all.
 *
 * <p>A peer that speaks another protocol is named by that protocol, not by the record version that its bytes would be. It
 * is sent an alert all the same: a peer that does speak TLS, and whose bytes are damaged, can tell by it what happened.
 */
public final class FirstBytes {
    /** How many bytes have to be there: a record header (RFC 8446 5.1). With fewer, nothing is judged. */
    public static final int NEEDED = 5;

    private static final int CHANGE_CIPHER_SPEC = 20;
    private static final int HEARTBEAT = 24;
    private static final int MAJOR_VERSION = 3;

    private record Guess(String start, String protocol) {}

    private static final List<Guess> GUESSES = List.of(
            new Guess("CONNECT ", "an HTTP proxy request"),
            new Guess("GET ", "an HTTP request"),
            new Guess("HEAD ", "an HTTP request"),
            new Guess("POST ", "an HTTP request"),
            new Guess("PUT ", "an HTTP request"),
            new Guess("DELETE ", "an HTTP request"),
            new Guess("OPTIONS ", "an HTTP request"),
            new Guess("PATCH ", "an HTTP request"),
            new Guess("TRACE ", "an HTTP request"),
            new Guess("PRI * ", "HTTP/2 without TLS"),
            new Guess("HTTP/", "an HTTP response"),
            new Guess("SSH-", "SSH"),
            new Guess("220", "SMTP or FTP, which may want STARTTLS first"),
            new Guess("EHLO ", "SMTP, which may want STARTTLS first"),
            new Guess("HELO ", "SMTP, which may want STARTTLS first"),
            new Guess("* OK", "IMAP, which may want STARTTLS first"),
            new Guess("+OK", "POP3, which may want STLS first"),
            new Guess("<?xml", "XMPP or XML, which may want STARTTLS first"),
            new Guess("<stream", "XMPP, which may want STARTTLS first"));

    private FirstBytes() {}

    /**
     * Refuses what cannot be the beginning of a TLS record. A record of a known type passes: whether the handshake may begin
     * with it is for the engine to judge.
     *
     * @param in the first bytes from the peer, at the position; it is not moved
     * @throws TlsHandshakeException with unexpected_message if the first byte is no type of a record (RFC 8446 5), which no
     *     text begins with; with protocol_version if it is one, but no version of TLS or SSL 3.0 follows, and for an SSLv2
     *     hello (RFC 5246 E.2)
     */
    public static void check(ByteBuffer in) throws TlsHandshakeException {
        if (in.remaining() < NEEDED || startsRecord(in)) {
            return;
        }
        boolean versioned = isRecordType(in.get(in.position())) || isVersion2(in);
        TlsAlert alert = versioned ? TlsAlert.PROTOCOL_VERSION : TlsAlert.UNEXPECTED_MESSAGE;
        throw new TlsHandshakeException("not TLS: looks like " + guess(in), alert, null);
    }

    private static boolean startsRecord(ByteBuffer in) {
        return isRecordType(in.get(in.position())) && in.get(in.position() + 1) == MAJOR_VERSION;
    }

    private static boolean isRecordType(int type) {
        return type >= CHANGE_CIPHER_SPEC && type <= HEARTBEAT;
    }

    /** RFC 5246 E.2: a length of 15 bits with the highest bit set, and the type of a ClientHello. */
    private static boolean isVersion2(ByteBuffer in) {
        return in.get(in.position()) < 0 && in.get(in.position() + 2) == 1;
    }

    private static String guess(ByteBuffer in) {
        byte[] bytes = new byte[Math.min(in.remaining(), 8)];
        in.get(in.position(), bytes);
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        for (Guess guess : GUESSES) {
            // What has not arrived yet does not speak against a guess.
            if (text.startsWith(guess.start) || guess.start.startsWith(text)) {
                return guess.protocol;
            }
        }
        if (isVersion2(in)) {
            return "an SSLv2 hello";
        }
        boolean printable = text.chars().allMatch(c -> (c >= ' ' && c < 0x7F) || c == '\r' || c == '\n' || c == '\t');
        // The bytes themselves are not shown: what was meant for another port may be a password or a token.
        return printable ? "plain text" : "binary data of another protocol";
    }
}
