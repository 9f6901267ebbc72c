package io.parktls.wire;

import io.parktls.TlsAlert;
import io.parktls.TlsHandshakeException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Detects by the first bytes of a connection that the peer does not speak TLS.
 *
 * <p>The exception's message names the protocol that the bytes look like, instead of the record version that they would
 * encode. The peer is sent an alert all the same, which helps a TLS peer whose bytes were damaged.
 */
public final class FirstBytes {
    /** The number of bytes needed for a decision: a record header (RFC 8446 5.1). */
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
     * Throws if the bytes cannot be the start of a TLS record. It accepts every record type; the engine checks whether
     * the handshake may begin with that type. With fewer than {@link #NEEDED} bytes it accepts everything.
     *
     * @param in the first bytes from the peer, from its position, which is not changed
     * @throws TlsHandshakeException with unexpected_message if the first byte is not a record type (RFC 8446 5), as
     *     with any text; with protocol_version if it is a record type but the version is not one of TLS or SSL 3.0, or
     *     if the bytes are an SSLv2 hello (RFC 5246 E.2)
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

    /**
     * Returns whether the bytes are an SSLv2 hello: a 15-bit length with the highest bit set, and type 1 (RFC 5246
     * E.2).
     */
    private static boolean isVersion2(ByteBuffer in) {
        return in.get(in.position()) < 0 && in.get(in.position() + 2) == 1;
    }

    private static String guess(ByteBuffer in) {
        byte[] bytes = new byte[Math.min(in.remaining(), 8)];
        in.get(in.position(), bytes);
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        for (Guess guess : GUESSES) {
            // If fewer bytes than the guess needs have arrived, their match is enough.
            if (text.startsWith(guess.start) || guess.start.startsWith(text)) {
                return guess.protocol;
            }
        }
        if (isVersion2(in)) {
            return "an SSLv2 hello";
        }
        boolean printable = text.chars().allMatch(c -> (c >= ' ' && c < 0x7F) || c == '\r' || c == '\n' || c == '\t');
        // The message does not show the bytes: data sent to the wrong port may contain a password or a token.
        return printable ? "plain text" : "binary data of another protocol";
    }
}
