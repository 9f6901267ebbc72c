package io.parktls.pki;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A text with PEM in it, brought into a form that a parser can read: in ASCII where it was in UTF-16, without byte order
 * marks and invisible characters, with line breaks where a program wrote {@code \n} for them.
 *
 * <p>Private keys pass through environment variables, JSON, YAML, XML and source code, and each of these writes line
 * breaks in its own way. What is done here never changes base64: it has none of the characters that are replaced.
 */
final class PemText {
    /** A byte order mark in UTF-8, read as ISO 8859-1. */
    private static final String MISREAD_BYTE_ORDER_MARK = "\u00EF\u00BB\u00BF";

    private static final Pattern PERCENT = Pattern.compile("%([0-9A-Fa-f]{2})");
    private static final Pattern ENTITY = Pattern.compile("&#(?:x([0-9A-Fa-f]{1,4})|([0-9]{1,5}));|&quot;");
    private static final Pattern ESCAPE = Pattern.compile("\\\\+(?:u([0-9A-Fa-f]{4})|([nrt/\"'])|(?=\n|\r|$))");

    private final StringBuilder text = new StringBuilder();
    private int[] lines = new int[256];
    private int line = 1;

    private PemText() {}

    static PemText of(byte[] content) {
        return of(new String(content, charset(content)));
    }

    static PemText of(String original) {
        PemText made = new PemText();
        made.addAll(original.replace(MISREAD_BYTE_ORDER_MARK, ""));
        return made;
    }

    /** The text. Its only control character is the line feed, its only other white space the space. */
    @Override
    public String toString() {
        return text.toString();
    }

    /** The line of the original text that the character at that place stood in, counted from 1. */
    int line(int position) {
        return position < text.length() ? lines[position] : line;
    }

    /** The number of lines of the original text. */
    int lines() {
        return line;
    }

    /** The decoded text if this one is percent-encoded or base64 as a whole; null if it is neither. */
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
        // Without a byte order mark, UTF-16 differs from ASCII by zero bytes only, which are dropped below.
        return utf16 ? StandardCharsets.UTF_16 : StandardCharsets.UTF_8;
    }

    private static String percentDecoded(String text) {
        // In a form (application/x-www-form-urlencoded) the plus sign is a space, and the plus of base64 is "%2B".
        boolean form = text.contains("BEGIN+");
        Matcher matcher = PERCENT.matcher(form ? text.replace('+', ' ') : text);
        return matcher.replaceAll(
                match -> Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(match.group(1), 16))));
    }

    private void addAll(String original) {
        Matcher escape = ESCAPE.matcher(original);
        Matcher entity = ENTITY.matcher(original);
        boolean brokenByEscape = false;
        int i = 0;
        while (i < original.length()) {
            char c = original.charAt(i);
            if (c == '\\' && escape.region(i, original.length()).lookingAt()) {
                char meant = escaped(escape);
                // "\r\n", "\n" before a line's real end, and a backslash at the end of a line are one line break each.
                boolean second =
                        brokenByEscape && meant == '\n' && text.toString().endsWith("\n");
                if (!second) {
                    add(meant);
                }
                brokenByEscape = meant == '\n';
                i = escape.end();
            } else if (c == '&' && entity.region(i, original.length()).lookingAt()) {
                add(entity(entity));
                i = entity.end();
            } else if (c == '\n' || c == '\r') {
                boolean pair = c == '\r' && i + 1 < original.length() && original.charAt(i + 1) == '\n';
                if (!brokenByEscape) {
                    add('\n');
                }
                brokenByEscape = false;
                line++;
                i += pair ? 2 : 1;
            } else {
                brokenByEscape = false;
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
