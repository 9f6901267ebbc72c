package io.parktls.engine;

import io.parktls.TlsHandshakeException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Tells by the first bytes of a connection whether the peer speaks TLS at all.
 *
 * <p>The message names the other protocol, which helps more than a record version would. No alert is sent for it: the peer
 * would not understand one.
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
     * Refuses what cannot be the beginning of a TLS record. A record of the wrong kind passes: that is for the engine to
     * refuse, with an alert.
     *
     * @param in the first bytes from the peer, at the position; it is not moved
     * @throws TlsHandshakeException without an alert, if this is another protocol
     */
    public static void check(ByteBuffer in) throws TlsHandshakeException {
        if (in.remaining() < NEEDED || startsRecord(in)) {
            return;
        }
        throw new TlsHandshakeException("not TLS: looks like " + guess(in), null, null);
    }

    private static boolean startsRecord(ByteBuffer in) {
        int type = in.get(in.position());
        return type >= CHANGE_CIPHER_SPEC && type <= HEARTBEAT && in.get(in.position() + 1) == MAJOR_VERSION;
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
        if (bytes[0] < 0 && bytes[2] == 1) {
            return "an SSLv2 hello";
        }
        boolean printable = text.chars().allMatch(c -> (c >= ' ' && c < 0x7F) || c == '\r' || c == '\n' || c == '\t');
        // The bytes themselves are not shown: what was meant for another port may be a password or a token.
        return printable ? "plain text" : "binary data of another protocol";
    }
}
