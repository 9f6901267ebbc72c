package io.parktls.pki;

import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One block of PEM (RFC 7468), with the headers that encrypted keys of old have (RFC 1421 4.6). */
final class PemBlock {
    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END ";
    private static final String DASHES = "-----";
    private static final String BYTE_ORDER_MARK = "\u00EF\u00BB\u00BF";

    private final String type;
    private final Map<String, String> headers;
    private final byte[] content;
    private final int line;

    private PemBlock(String type, Map<String, String> headers, byte[] content, int line) {
        this.type = type;
        this.headers = headers;
        this.content = content;
        this.line = line;
    }

    /** What stands after BEGIN. */
    String type() {
        return type;
    }

    /** Name and value of each header, as they are. */
    Map<String, String> headers() {
        return headers;
    }

    /** The bytes themselves; not a copy. */
    byte[] content() {
        return content;
    }

    /** Where it begins, counted from 1. */
    int line() {
        return line;
    }

    /**
     * The blocks of a text. Whatever stands between them is for people and ignored.
     *
     * @throws PemException if one is broken
     */
    static List<PemBlock> parse(String text) throws PemException {
        List<PemBlock> blocks = new ArrayList<>();
        List<String> lines = text.lines().map(String::strip).toList();
        for (int i = 0; i < lines.size(); i++) {
            String line = i == 0 && lines.get(0).startsWith(BYTE_ORDER_MARK)
                    ? lines.get(0).substring(BYTE_ORDER_MARK.length())
                    : lines.get(i);
            if (line.startsWith(BEGIN)) {
                int end = endOf(line, lines, i);
                blocks.add(block(label(line, BEGIN), lines.subList(i + 1, end), i + 1));
                i = end;
            }
        }
        return blocks;
    }

    private static int endOf(String begin, List<String> lines, int first) throws PemException {
        if (!begin.endsWith(DASHES)) {
            throw new PemException("broken PEM: line " + (first + 1) + " begins a block but does not end in " + DASHES);
        }
        String label = label(begin, BEGIN);
        for (int i = first + 1; i < lines.size(); i++) {
            String line = lines.get(i);
            if (line.equals(END + label + DASHES)) {
                return i;
            }
            if (line.startsWith(DASHES)) {
                break;
            }
        }
        throw new PemException("broken PEM: " + Printable.of(label) + " in line " + (first + 1) + " has no end");
    }

    private static String label(String line, String prefix) {
        return line.endsWith(DASHES) && line.length() >= prefix.length() + DASHES.length()
                ? line.substring(prefix.length(), line.length() - DASHES.length())
                : "";
    }

    private static PemBlock block(String type, List<String> lines, int number) throws PemException {
        Map<String, String> headers = new LinkedHashMap<>();
        StringBuilder base64 = new StringBuilder();
        for (String line : lines) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                headers.put(
                        line.substring(0, colon).strip(),
                        line.substring(colon + 1).strip());
            } else {
                base64.append(line);
            }
        }
        try {
            byte[] content = Base64.getDecoder().decode(base64.toString());
            if (content.length == 0) {
                throw new PemException("broken PEM: " + Printable.of(type) + " in line " + number + " is empty");
            }
            return new PemBlock(type, headers, content, number);
        } catch (IllegalArgumentException e) {
            // Without the cause, which quotes from what may be a key.
            throw new PemException("broken PEM: " + Printable.of(type) + " in line " + number + " is no base64");
        }
    }
}
