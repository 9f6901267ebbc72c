package io.parktls.pki;

import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The text between the boundaries of a block: headers, which only encrypted keys have, and base64. */
final class PemContent {
    private static final Pattern PROC_TYPE =
            Pattern.compile("[\\s\"'+,;]*Proc-Type *: *4 *, *ENCRYPTED", Pattern.CASE_INSENSITIVE);
    private static final Pattern DEK_INFO = Pattern.compile(
            "[\\s\"'+,;]*DEK-Info *: *([A-Za-z0-9-]{1,32}) *, *(\\p{XDigit}*)", Pattern.CASE_INSENSITIVE);
    private static final Pattern OTHER_HEADER = Pattern.compile("[\\s\"']*[A-Za-z][A-Za-z0-9-]*:.*");

    /** The end of one string and the beginning of the next, in source code or JSON. */
    private static final Pattern QUOTES = Pattern.compile("([\"'`])\\s*[+,.;&]?\\s*\\1");

    private static final Pattern FOREIGN = Pattern.compile("[^A-Za-z0-9+/=\\s\"'`]");

    private static final int SHORT_IV = 8;
    private static final int LONG_IV = 16;

    private final PemText source;
    private final PemLabel label;
    private final int number;
    private final int end;

    /** Where the base64 begins, once the headers are read. */
    private int at;

    /** The first line with a character that base64 does not have; 0 if there is none. */
    private int foreignLine;

    PemContent(PemText source, PemLabel label, int number, int begin, int end) {
        this.source = source;
        this.label = label;
        this.number = number;
        this.at = begin;
        this.end = end;
    }

    PemBlock block() throws PemException {
        PemBlock.Encryption encryption = encryption();
        byte[] content = decode(base64());
        if (content.length == 0) {
            throw broken("is empty");
        }
        return new PemBlock(label, content, encryption, number);
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
        // Without a line break behind it the vector runs into the base64, whose first characters may be digits as well.
        boolean ends = info.end() == end || Character.isWhitespace(text.charAt(info.end()));
        int length = 2 * ivLength(cipher);
        if (!ends && digits.length() > length) {
            digits = digits.substring(0, length);
        }
        at = info.start(2) + digits.length();
        boolean whole = digits.length() % 2 == 0 && !digits.isEmpty();
        return new PemBlock.Encryption(cipher, whole ? HexFormat.of().parseHex(digits) : null);
    }

    /** The length of a block of that cipher, in bytes. */
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

    /** The base64 alone, without white space, quotes and headers that have no meaning here. */
    private String base64() {
        String text = source.toString();
        StringBuilder base64 = new StringBuilder();
        while (at < end) {
            int newline = text.indexOf('\n', at);
            int lineEnd = newline < 0 || newline > end ? end : newline;
            String line = text.substring(at, lineEnd);
            boolean header = lineEnd < end && OTHER_HEADER.matcher(line).matches();
            if (!header) {
                noteForeign(line, source.line(at));
                base64.append(line).append('\n');
            }
            at = lineEnd + 1;
        }
        return QUOTES.matcher(base64).replaceAll(" ").replaceAll("\\s", "");
    }

    private void noteForeign(String line, int lineNumber) {
        if (foreignLine == 0 && FOREIGN.matcher(line).find()) {
            foreignLine = lineNumber;
        }
    }

    private byte[] decode(String base64) throws PemException {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            // Without the cause, which quotes from what may be a key.
            throw broken("is no base64: "
                    + (foreignLine == 0
                            ? "characters are missing"
                            : "line " + foreignLine + " has a character that is not one of base64"));
        }
    }

    private PemException broken(String problem) {
        return new PemException("broken PEM: " + label + " in line " + number + " " + problem);
    }
}
