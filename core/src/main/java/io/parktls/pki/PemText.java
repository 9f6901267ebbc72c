package io.parktls.pki;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A text that contains PEM, normalized for {@link PemParser}: UTF-16 is decoded, byte order marks and invisible
 * characters are removed, and escape sequences such as {@code \n} are replaced with the characters they stand for.
 *
 * <p>Private keys are often passed through environment variables, JSON, YAML, XML and source code, which represent line
 * breaks in different ways. Base64 contains none of the characters that are replaced, so it is never changed.
 */
final class PemText {
    /** A UTF-8 byte order mark that was decoded as ISO 8859-1. */
    private static final String MISREAD_BYTE_ORDER_MARK = "\u00EF\u00BB\u00BF";

    private static final Pattern PERCENT = Pattern.compile("%([0-9A-Fa-f]{2})");
    private static final Pattern ENTITY = Pattern.compile("&#(?:x([0-9A-Fa-f]{1,4})|([0-9]{1,5}));|&quot;");
    private static final Pattern ESCAPE = Pattern.compile("\\\\+(?:u([0-9A-Fa-f]{4})|([nrt/\"'])|(?=\n|\r|$))");

    private final StringBuilder text = new StringBuilder();

    /** The line in the original text of each character of {@link #text}. */
    private int[] lines = new int[256];

    private int line = 1;

    private PemText() {}

    /** Normalizes the content of a file in UTF-8 or UTF-16. */
    static PemText of(byte[] content) {
        return of(new String(content, charset(content)));
    }

    /** Normalizes a text. */
    static PemText of(String original) {
        PemText normalized = new PemText();
        normalized.addAll(original.replace(MISREAD_BYTE_ORDER_MARK, ""));
        return normalized;
    }

    /** Returns the normalized text, whose only white space characters are the line feed and the space. */
    @Override
    public String toString() {
        return text.toString();
    }

    /** Returns the line of the original text that a character comes from, counted from 1. */
    int line(int position) {
        return position < text.length() ? lines[position] : line;
    }

    /** Returns the number of lines of the original text. */
    int lines() {
        return line;
    }

    /** Returns the decoded text if the whole text is percent-encoded or base64; otherwise null. */
    @Nullable
    PemText unwrapped() {
        String wrapped = text.toString();
        if (wrapped.indexOf('%') >= 0) {
            return of(percentDecoded(wrapped));
        }
        try {
            byte[] content = Base64.getDecoder().decode(wrapped.replaceAll("[\\s\"']", ""));
            return content.length == 0 ? null : of(content);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static Charset charset(byte[] content) {
        boolean utf16 = content.length >= 2
                && ((content[0] == (byte) 0xFE && content[1] == (byte) 0xFF)
                        || (content[0] == (byte) 0xFF && content[1] == (byte) 0xFE));
        // Without a byte order mark, ASCII characters in UTF-16 only have additional zero bytes, which add() drops.
        return utf16 ? StandardCharsets.UTF_16 : StandardCharsets.UTF_8;
    }

    private static String percentDecoded(String text) {
        // In application/x-www-form-urlencoded, a plus sign stands for a space, and "%2B" for the plus sign of base64.
        boolean form = text.contains("BEGIN+");
        Matcher matcher = PERCENT.matcher(form ? text.replace('+', ' ') : text);
        return matcher.replaceAll(
                match -> Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(match.group(1), 16))));
    }

    private void addAll(String original) {
        Matcher escape = ESCAPE.matcher(original);
        Matcher entity = ENTITY.matcher(original);
        boolean afterEscapedBreak = false;
        int i = 0;
        while (i < original.length()) {
            char c = original.charAt(i);
            if (c == '\\' && escape.region(i, original.length()).lookingAt()) {
                char decoded = escaped(escape);
                // "\r\n", "\n" before a real line break, and a backslash at the end of a line are one line break each.
                boolean second =
                        afterEscapedBreak && decoded == '\n' && text.toString().endsWith("\n");
                if (!second) {
                    add(decoded);
                }
                afterEscapedBreak = decoded == '\n';
                i = escape.end();
            } else if (c == '&' && entity.region(i, original.length()).lookingAt()) {
                add(entity(entity));
                i = entity.end();
            } else if (c == '\n' || c == '\r') {
                boolean pair = c == '\r' && i + 1 < original.length() && original.charAt(i + 1) == '\n';
                if (!afterEscapedBreak) {
                    add('\n');
                }
                afterEscapedBreak = false;
                line++;
                i += pair ? 2 : 1;
            } else {
                afterEscapedBreak = false;
                add(c);
                i++;
            }
        }
    }

    private static char escaped(Matcher escape) {
        if (escape.group(1) != null) {
            return (char) Integer.parseInt(escape.group(1), 16);
        }
        if (escape.group(2) == null) {
            return '\n';
        }
        return switch (escape.group(2).charAt(0)) {
            case 'n', 'r' -> '\n';
            case 't' -> ' ';
            default -> escape.group(2).charAt(0);
        };
    }

    private static char entity(Matcher entity) {
        if (entity.group(1) != null) {
            return (char) Integer.parseInt(entity.group(1), 16);
        }
        return entity.group(2) == null ? '"' : (char) Integer.parseInt(entity.group(2));
    }

    private void add(char c) {
        if (c == 0 || Character.getType(c) == Character.FORMAT) {
            return;
        }
        boolean space = c != '\n' && (Character.isISOControl(c) || Character.isSpaceChar(c));
        if (text.length() == lines.length) {
            lines = Arrays.copyOf(lines, 2 * lines.length);
        }
        lines[text.length()] = line;
        text.append(space ? ' ' : c);
    }
}
