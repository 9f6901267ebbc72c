package io.parktls.pki;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds the blocks in a PEM text, as leniently as RFC 7468 3 allows: line breaks may be missing or replaced, a block
 * may begin in the middle of a line, and boundaries may be in lower case.
 *
 * <p>Explanatory text outside of blocks is ignored, and so are lines that begin with {@code #}. A line that looks like
 * a damaged boundary, or like the content of a block without a boundary, is an error, because ignoring it would
 * silently drop a certificate.
 *
 * <p>Messages never quote the text, except for labels of {@link PemLabel}.
 */
final class PemParser {
    /**
     * A hyphen and characters that programs replace it with; the last one replaces a character that was not decoded.
     */
    private static final String DASH =
            "[-\u02D7\u058A\u05BE\u2010-\u2015\u2043\u2212\u2E3A\u2E3B\uFE58\uFE63\uFF0D\uFFFD]";

    private static final String LABEL = " *([A-Za-z0-9#. ]*?) *";
    private static final Pattern BEGIN = Pattern.compile(
            "(?<!" + DASH + ")----- *BEGIN" + LABEL + "-----(?!" + DASH + ")", Pattern.CASE_INSENSITIVE);

    /** The next block may follow immediately, if a file without a final line break was concatenated with another. */
    private static final Pattern END =
            Pattern.compile("----- *END" + LABEL + "-----(?!" + DASH + "(?!---- *BEGIN))", Pattern.CASE_INSENSITIVE);

    private static final Pattern DASHES = Pattern.compile(DASH + "{2,}");

    /** The beginning of the content of a key or certificate, possibly in the next line. */
    private static final Pattern CONTENT =
            Pattern.compile("[\\s\"'`+,\\\\]*(?:[A-Za-z0-9/+]{24}|Proc-Type *:)", Pattern.CASE_INSENSITIVE);

    /** The beginning of the content of a key or certificate in the same line as its boundary. */
    private static final Pattern CONTENT_IN_LINE =
            Pattern.compile("[ \"'`]*(?:[A-Za-z0-9/+]{24}|Proc-Type *:)", Pattern.CASE_INSENSITIVE);

    /** The beginning of DER of more than 127 bytes in base64, outside of a block. */
    private static final Pattern STRAY_CONTENT = Pattern.compile("(?<![A-Za-z0-9+/])MI[GHIJ][A-Za-z0-9+/]{45}");

    private static final Pattern FRAMED = Pattern.compile("([^\\p{Alnum}]*)(.*?)([^\\p{Alnum}]*)");
    private static final Pattern FIRST_WORD = Pattern.compile("B\\p{Alpha}{1,5}[ _]+", Pattern.CASE_INSENSITIVE);
    private static final Pattern QUOTES = Pattern.compile("[\\s\"'`]*");

    private final PemText source;
    private final String text;
    private final List<PemBlock> blocks = new ArrayList<>();

    private PemParser(PemText source) {
        this.source = source;
        this.text = source.toString();
    }

    /**
     * Returns the blocks of a text.
     *
     * @throws PemException if a block is malformed, or a line outside of blocks looks like part of one. The message
     *     names the line
     */
    static List<PemBlock> parse(PemText source) throws PemException {
        PemParser parser = new PemParser(source);
        PemText inner = parser.hasBegin() ? null : source.unwrapped();
        PemParser wrapped = inner == null ? parser : new PemParser(inner);
        if (wrapped.hasBegin()) {
            parser = wrapped;
        }
        parser.parse();
        return parser.blocks;
    }

    private boolean hasBegin() {
        return BEGIN.matcher(text).find();
    }

    private void parse() throws PemException {
        int at = 0;
        Matcher begin = BEGIN.matcher(text);
        // Opaque region bounds allow a block to follow immediately after the hyphens that end the previous one.
        while (begin.region(at, text.length()).find()) {
            rejectStrayLines(at, begin.start());
            at = isExplanatoryText(begin, at) ? begin.end() : block(begin);
        }
        rejectStrayLines(at, text.length());
    }

    /** Whether a boundary is only mentioned in a sentence, or is part of a comment. */
    private boolean isExplanatoryText(Matcher begin, int from) {
        String before = text.substring(Math.max(from, text.lastIndexOf('\n', begin.start()) + 1), begin.start());
        if (QUOTES.matcher(before).matches()) {
            return false;
        }
        if (isComment(before)) {
            // If the text has lost its line breaks, the block follows the comment in the same line and must be read.
            return source.lines() > 1 || !follows(CONTENT_IN_LINE, begin.end());
        }
        return !follows(CONTENT, begin.end());
    }

    private boolean follows(Pattern pattern, int at) {
        return pattern.matcher(text).region(at, text.length()).lookingAt();
    }

    private static boolean isComment(String line) {
        return line.stripLeading().startsWith("#");
    }

    // ---- blocks

    /** Reads a block and returns the position after it. */
    private int block(Matcher begin) throws PemException {
        int line = source.line(begin.start());
        PemLabel label = PemLabel.of(begin.group(1));
        if (label == null) {
            return skipUnknown(begin, line);
        }
        Matcher dashes = DASHES.matcher(text).region(begin.end(), text.length());
        while (label.kind() == PemLabel.Kind.OTHER && dashes.find()) {
            if (isEnd(dashes.start(), label)) {
                break;
            }
        }
        if (label.kind() == PemLabel.Kind.OTHER ? !dashes.hasMatch() : !dashes.find()) {
            throw malformed(
                    label + " at line " + line + " has no end: the text ends before -----END " + label + "-----");
        }
        Matcher end = END.matcher(text).region(dashes.start(), text.length());
        if (!end.lookingAt() || PemLabel.of(end.group(1)) != label) {
            throw malformed(label + " at line " + line + " has no end: line " + source.line(dashes.start())
                    + " is not -----END " + label + "-----" + foundInstead(dashes.start()));
        }
        if (label.kind() == PemLabel.Kind.OTHER) {
            blocks.add(new PemBlock(label, new byte[0], null, line));
        } else {
            blocks.add(new PemContent(source, label, line, begin.end(), end.start()).block());
        }
        return end.end();
    }

    private boolean isEnd(int at, PemLabel label) {
        Matcher end = END.matcher(text).region(at, text.length());
        return end.lookingAt() && PemLabel.of(end.group(1)) == label;
    }

    /** Describes the boundary at a position where the end of a block is expected. */
    private String foundInstead(int at) {
        Matcher end = END.matcher(text).region(at, text.length());
        if (end.lookingAt()) {
            PemLabel other = PemLabel.of(end.group(1));
            return ", but ends " + (other == null ? "a block of another type" : "a " + other);
        }
        Matcher begin = BEGIN.matcher(text).region(at, text.length());
        return begin.lookingAt() ? ", but begins another block" : "";
    }

    /**
     * Skips a block of an unknown type, unless its label may be a misspelt one; returns the position after the block.
     */
    private int skipUnknown(Matcher begin, int line) throws PemException {
        if (PemLabel.isSuspicious(begin.group(1))) {
            throw malformed("line " + line + " begins a block of an unknown type: the label is neither CERTIFICATE nor"
                    + " PRIVATE KEY nor another one of RFC 7468");
        }
        Matcher end = END.matcher(text).region(begin.end(), text.length());
        while (end.find()) {
            if (end.group(1).equals(begin.group(1))) {
                return end.end();
            }
        }
        throw malformed("the block of an unknown type at line " + line + " has no end: add a line -----END ...-----");
    }

    // ---- between blocks

    private void rejectStrayLines(int from, int to) throws PemException {
        for (int at = from; at < to; ) {
            int newline = text.indexOf('\n', at);
            int end = newline < 0 || newline > to ? to : newline;
            String line = text.substring(at, end);
            if (!isComment(line)) {
                rejectStray(line, source.line(at));
            }
            at = end + 1;
        }
    }

    private static void rejectStray(String line, int number) throws PemException {
        Matcher quotes = QUOTES.matcher(line);
        String bare = quotes.lookingAt() ? line.substring(quotes.end()) : line;
        if (END.matcher(bare).lookingAt()) {
            throw malformed("line " + number + " ends a block that no line begins: add the line -----BEGIN ...-----");
        }
        if (looksLikeBegin(bare)) {
            throw malformed(
                    "line " + number + " begins a block, but does not have the form -----BEGIN CERTIFICATE-----:"
                            + " five hyphens, BEGIN, the label, five hyphens");
        }
        if (STRAY_CONTENT.matcher(bare).find()) {
            throw malformed("line " + number + " has the base64 of a certificate or key, but is outside of a block: add"
                    + " a line -----BEGIN ...----- before it");
        }
    }

    /** Whether a line would be the beginning of a block if its hyphens or its first word were correct. */
    private static boolean looksLikeBegin(String line) {
        Matcher framed = FRAMED.matcher(line);
        if (!framed.matches() || dashes(framed.group(1)) + dashes(framed.group(3)) < 2) {
            return false;
        }
        String words = framed.group(2).toUpperCase(Locale.ROOT).replaceAll("[_ ]+|" + DASH, " ");
        if (words.startsWith("BEGIN")) {
            return PemLabel.isSuspicious(words);
        }
        Matcher first = FIRST_WORD.matcher(words);
        return isCertificateOrKey(first.lookingAt() ? words.substring(first.end()) : words);
    }

    private static boolean isCertificateOrKey(String words) {
        PemLabel label = PemLabel.of(words);
        return label != null && label.kind() != PemLabel.Kind.OTHER;
    }

    private static long dashes(@Nullable String frame) {
        return frame == null
                ? 0
                : frame.chars()
                        .filter(c -> String.valueOf((char) c).matches(DASH))
                        .count();
    }

    private static PemException malformed(String problem) {
        return new PemException("malformed PEM: " + problem);
    }
}
