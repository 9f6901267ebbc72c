package io.parktls.pki;

import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Parses the text between the boundaries of a block: base64, after headers if it is an encrypted key. */
final class PemContent {
    private static final Pattern PROC_TYPE =
            Pattern.compile("[\\s\"'+,;]*Proc-Type *: *4 *, *ENCRYPTED", Pattern.CASE_INSENSITIVE);
    private static final Pattern DEK_INFO = Pattern.compile(
            "[\\s\"'+,;]*DEK-Info *: *([A-Za-z0-9-]{1,32}) *, *(\\p{XDigit}*)", Pattern.CASE_INSENSITIVE);
    private static final Pattern OTHER_HEADER = Pattern.compile("[\\s\"']*[A-Za-z][A-Za-z0-9-]*:.*");

    /** The end of a string literal and the beginning of the next one, in source code or JSON. */
    private static final Pattern QUOTES = Pattern.compile("([\"'`])\\s*[+,.;&]?\\s*\\1");

    private static final Pattern NOT_BASE64 = Pattern.compile("[^A-Za-z0-9+/=\\s\"'`]");

    private static final int SHORT_IV = 8;
    private static final int LONG_IV = 16;

    private final PemText source;
    private final PemLabel label;
    private final int line;
    private final int end;

    /** The position of the parser: after the headers are read, the beginning of the base64. */
    private int at;

    /** The first line with a character that is not base64; 0 if there is none. */
    private int invalidLine;

    PemContent(PemText source, PemLabel label, int line, int begin, int end) {
        this.source = source;
        this.label = label;
        this.line = line;
        this.at = begin;
        this.end = end;
    }

    PemBlock block() throws PemException {
        PemBlock.Encryption encryption = encryption();
        byte[] content = decode(base64());
        if (content.length == 0) {
            throw malformed("is empty");
        }
        return new PemBlock(label, content, encryption, line);
    }

    private PemBlock.@Nullable Encryption encryption() {
        if (!skip(PROC_TYPE)) {
            return null;
        }
        String text = source.toString();
        Matcher info = DEK_INFO.matcher(text).region(at, end);
        if (!info.lookingAt()) {
            return new PemBlock.Encryption("", null);
        }
        String cipher = info.group(1).toUpperCase(Locale.ROOT);
        String digits = info.group(2);
        // Without a line break after it, the IV runs into the base64, whose first characters may be hexadecimal digits.
        boolean ends = info.end() == end || Character.isWhitespace(text.charAt(info.end()));
        int length = 2 * ivLength(cipher);
        if (!ends && digits.length() > length) {
            digits = digits.substring(0, length);
        }
        at = info.start(2) + digits.length();
        boolean whole = digits.length() % 2 == 0 && !digits.isEmpty();
        return new PemBlock.Encryption(cipher, whole ? HexFormat.of().parseHex(digits) : null);
    }

    /** Returns the length of a cipher's IV in bytes, which is the length of its blocks. */
    static int ivLength(String cipher) {
        boolean shortBlocks = cipher.startsWith("DES")
                || cipher.startsWith("BF")
                || cipher.startsWith("RC2")
                || cipher.startsWith("RC5")
                || cipher.startsWith("CAST")
                || cipher.startsWith("IDEA");
        return shortBlocks ? SHORT_IV : LONG_IV;
    }

    private boolean skip(Pattern header) {
        Matcher matcher = header.matcher(source.toString()).region(at, end);
        if (!matcher.lookingAt()) {
            return false;
        }
        at = matcher.end();
        return true;
    }

    /** Returns the base64 without white space, quotes and unknown headers. */
    private String base64() {
        String all = source.toString();
        StringBuilder base64 = new StringBuilder();
        while (at < end) {
            int newline = all.indexOf('\n', at);
            int lineEnd = newline < 0 || newline > end ? end : newline;
            String text = all.substring(at, lineEnd);
            boolean header = lineEnd < end && OTHER_HEADER.matcher(text).matches();
            if (!header) {
                noteInvalidLine(text, source.line(at));
                base64.append(text).append('\n');
            }
            at = lineEnd + 1;
        }
        return QUOTES.matcher(base64).replaceAll(" ").replaceAll("\\s", "");
    }

    private void noteInvalidLine(String text, int number) {
        if (invalidLine == 0 && NOT_BASE64.matcher(text).find()) {
            invalidLine = number;
        }
    }

    private byte[] decode(String base64) throws PemException {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            // Without the cause, whose message quotes the content, which may be a key.
            throw malformed("is not base64: "
                    + (invalidLine == 0
                            ? "characters are missing"
                            : "line " + invalidLine + " has a character that is not base64"));
        }
    }

    private PemException malformed(String problem) {
        return new PemException("malformed PEM: " + label + " at line " + line + " " + problem);
    }
}
