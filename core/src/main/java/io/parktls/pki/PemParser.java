package io.parktls.pki;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds the blocks of PEM in a text, as leniently as RFC 7468 3 allows: also where the line breaks are missing or are
 * something else, where a block begins in the middle of a line, and in small letters.
 *
 * <p>Text outside of blocks is for people and is ignored, and so are lines that begin with {@code #}. But a line that
 * looks like a damaged boundary, or like the content of a block that lost its boundary, is an error: ignoring it would
 * lose a certificate without a word.
 *
 * <p>No message here repeats any of the text, except labels of {@link PemLabel}.
 */
final class PemParser {
    /** A hyphen and the characters that programs put in its place; the last stands for one that could not be decoded. */
    private static final String DASH =
            "[-\u02D7\u058A\u05BE\u2010-\u2015\u2043\u2212\u2E3A\u2E3B\uFE58\uFE63\uFF0D\uFFFD]";

    private static final String LABEL = " *([A-Za-z0-9#. ]*?) *";
    private static final Pattern BEGIN = Pattern.compile(
            "(?<!" + DASH + ")----- *BEGIN" + LABEL + "-----(?!" + DASH + ")", Pattern.CASE_INSENSITIVE);

    /** Another block may follow at once, if a file without a line break at its end was put before another. */
    private static final Pattern END =
            Pattern.compile("----- *END" + LABEL + "-----(?!" + DASH + "(?!---- *BEGIN))", Pattern.CASE_INSENSITIVE);

    private static final Pattern DASHES = Pattern.compile(DASH + "{2,}");

    /** The beginning of the content of a key or certificate. */
    private static final Pattern CONTENT =
            Pattern.compile("[\\s\"'`+,\\\\]*(?:[A-Za-z0-9/+]{24}|Proc-Type *:)", Pattern.CASE_INSENSITIVE);

    private static final Pattern CONTENT_IN_LINE =
            Pattern.compile("[ \"'`]*(?:[A-Za-z0-9/+]{24}|Proc-Type *:)", Pattern.CASE_INSENSITIVE);

    /** DER of more than 127 bytes, in base64. */
    private static final Pattern LOST_CONTENT = Pattern.compile("(?<![A-Za-z0-9+/])MI[GHIJ][A-Za-z0-9+/]{45}");

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
     * The blocks of a text.
     *
     * @throws PemException if one is broken or may have been lost; the message names the line
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
        // The bounds of the region are opaque: a block may follow the hyphens that end the one before.
        while (begin.region(at, text.length()).find()) {
            refuseLost(at, begin.start());
            at = isProse(begin, at) ? begin.end() : block(begin);
        }
        refuseLost(at, text.length());
    }

    /** Whether a sentence only mentions the beginning of a block, or a comment disables it. */
    private boolean isProse(Matcher begin, int from) {
        String before = text.substring(Math.max(from, text.lastIndexOf('\n', begin.start()) + 1), begin.start());
        if (QUOTES.matcher(before).matches()) {
            return false;
        }
        if (isComment(before)) {
            // Unless the line breaks are gone, and the comment has swallowed the block behind it.
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

    /** Reads a block and returns the place behind it. */
    private int block(Matcher begin) throws PemException {
        int number = source.line(begin.start());
        PemLabel label = PemLabel.of(begin.group(1));
        if (label == null) {
            return unknown(begin, number);
        }
        Matcher dashes = DASHES.matcher(text).region(begin.end(), text.length());
        while (label.kind() == PemLabel.Kind.OTHER && dashes.find()) {
            if (isEnd(dashes.start(), label)) {
                break;
            }
        }
        if (label.kind() == PemLabel.Kind.OTHER ? !dashes.hasMatch() : !dashes.find()) {
            throw broken(
                    label + " in line " + number + " has no end: the text ends before -----END " + label + "-----");
        }
        Matcher end = END.matcher(text).region(dashes.start(), text.length());
        if (!end.lookingAt() || PemLabel.of(end.group(1)) != label) {
            throw broken(label + " in line " + number + " has no end: line " + source.line(dashes.start())
                    + " is not -----END " + label + "-----" + instead(dashes.start()));
        }
        if (label.kind() == PemLabel.Kind.OTHER) {
            blocks.add(new PemBlock(label, new byte[0], null, number));
        } else {
            blocks.add(new PemContent(source, label, number, begin.end(), end.start()).block());
        }
        return end.end();
    }

    private boolean isEnd(int at, PemLabel label) {
        Matcher end = END.matcher(text).region(at, text.length());
        return end.lookingAt() && PemLabel.of(end.group(1)) == label;
    }

    private String instead(int at) {
        Matcher end = END.matcher(text).region(at, text.length());
        if (end.lookingAt()) {
            PemLabel other = PemLabel.of(end.group(1));
            return ", it ends " + (other == null ? "a block of another type" : "a " + other);
        }
        Matcher begin = BEGIN.matcher(text).region(at, text.length());
        return begin.lookingAt() ? ", it begins another block" : "";
    }

    /** Passes over a block of a type that nobody here wants, unless its label may be a misspelt one. */
    private int unknown(Matcher begin, int number) throws PemException {
        if (PemLabel.isSuspicious(begin.group(1))) {
            throw broken("line " + number + " begins a block of an unknown type: the label is neither CERTIFICATE nor"
                    + " PRIVATE KEY nor another of RFC 7468");
        }
        Matcher end = END.matcher(text).region(begin.end(), text.length());
        while (end.find()) {
            if (end.group(1).equals(begin.group(1))) {
                return end.end();
            }
        }
        throw broken("a block of an unknown type in line " + number + " has no end");
    }

    // ---- between blocks

    private void refuseLost(int from, int to) throws PemException {
        for (int at = from; at < to; ) {
            int newline = text.indexOf('\n', at);
            int end = newline < 0 || newline > to ? to : newline;
            String line = text.substring(at, end);
            if (!isComment(line)) {
                refuseLost(line, source.line(at));
            }
            at = end + 1;
        }
    }

    private static void refuseLost(String line, int number) throws PemException {
        Matcher quotes = QUOTES.matcher(line);
        String bare = quotes.lookingAt() ? line.substring(quotes.end()) : line;
        if (END.matcher(bare).lookingAt()) {
            throw broken("line " + number + " ends a block that no line begins");
        }
        if (looksLikeBegin(bare)) {
            throw broken("line " + number + " begins a block, but is not written like -----BEGIN CERTIFICATE-----: five"
                    + " hyphens, BEGIN, the label, five hyphens");
        }
        if (LOST_CONTENT.matcher(bare).find()) {
            throw broken("line " + number + " has the base64 of a certificate or key, but is in no block: a line"
                    + " -----BEGIN ...----- has to stand before it");
        }
    }

    /** Whether a line is a boundary in all but its hyphens or its first word. */
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
        return matters(first.lookingAt() ? words.substring(first.end()) : words);
    }

    private static boolean matters(String words) {
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

    private static PemException broken(String problem) {
        return new PemException("broken PEM: " + problem);
    }
}
