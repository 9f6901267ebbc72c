package io.parktls.pki;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One entry of a security property such as {@code jdk.tls.disabledAlgorithms}: a name, and conditions that must all hold
 * for the entry to disable what has that name. Immutable.
 *
 * <pre>
 *   RSA keySize &lt; 2048
 *   SHA1 jdkCA &amp; usage TLSServer
 *   TLS_RSA_*
 *   rsa_pkcs1_sha1 usage HandshakeSignature
 * </pre>
 */
final class AlgorithmRule {
    /** A use of an algorithm, in the words of the property. */
    enum Usage {
        HANDSHAKE_SIGNATURE("HandshakeSignature"),
        CERTIFICATE_SIGNATURE("CertificateSignature"),
        TLS_SERVER("TLSServer"),
        TLS_CLIENT("TLSClient");

        private final String word;

        Usage(String word) {
            this.word = word;
        }
    }

    private static final Pattern NAME = Pattern.compile("(\\S+)(?:\\s+(.*))?");

    /** Names of some elliptic curves are of two words. */
    private static final Pattern CURVE =
            Pattern.compile("((?:NIST|X9\\.62)\\s+\\S+)(?:\\s+(.*))?", Pattern.CASE_INSENSITIVE);

    private final String property;
    private final String text;
    private final String name;

    /** Null for a name without wildcards. */
    private final @Nullable Pattern pattern;

    private final List<IntPredicate> sizes = new ArrayList<>();
    private final List<Instant> denyAfter = new ArrayList<>();
    private final List<List<String>> usages = new ArrayList<>();

    /** Whether a condition is about the JDK's own authorities, which only the JDK's path validation can tell. */
    private boolean jdkAuthority;

    private boolean understood = true;

    private AlgorithmRule(String property, String text, String name) {
        this.property = property;
        this.text = text;
        this.name = name;
        this.pattern = name.contains("*")
                ? Pattern.compile("\\Q" + name.replace("*", "\\E.*\\Q") + "\\E", Pattern.CASE_INSENSITIVE)
                : null;
    }

    /**
     * Parses one entry.
     *
     * @param entry without the commas around it; not empty
     */
    static AlgorithmRule parse(String property, String entry) {
        Matcher parts = (CURVE.matcher(entry).lookingAt() ? CURVE : NAME).matcher(entry);
        if (!parts.matches()) {
            throw new IllegalArgumentException("not an entry: '" + entry + "'");
        }
        AlgorithmRule rule = new AlgorithmRule(property, entry, parts.group(1));
        if (parts.group(2) != null) {
            for (String condition : parts.group(2).split("&", -1)) {
                rule.add(condition.strip());
            }
        }
        return rule;
    }

    private void add(String condition) {
        List<String> words = List.of(condition.split("\\s+"));
        try {
            switch (words.getFirst().toLowerCase(Locale.ROOT)) {
                case "keysize" -> sizes.add(size(words.get(1), Integer.parseInt(words.get(2))));
                case "denyafter" ->
                    denyAfter.add(LocalDate.parse(words.get(1))
                            .atStartOfDay(ZoneOffset.UTC)
                            .toInstant());
                case "usage" -> usages.add(words.subList(1, words.size()));
                case "jdkca" -> jdkAuthority = true;
                default -> understood = false;
            }
        } catch (IndexOutOfBoundsException | IllegalArgumentException | DateTimeException e) {
            understood = false;
        }
    }

    private static IntPredicate size(String operator, int limit) {
        return switch (operator) {
            case "==" -> size -> size == limit;
            case "!=" -> size -> size != limit;
            case "<" -> size -> size < limit;
            case "<=" -> size -> size <= limit;
            case ">" -> size -> size > limit;
            case ">=" -> size -> size >= limit;
            default -> throw new IllegalArgumentException("no such operator");
        };
    }

    /** Whether all conditions could be read; one that could not counts as fulfilled. */
    boolean isUnderstood() {
        return understood;
    }

    /**
     * Whether the rule disables something of that size in that use.
     *
     * @param names it and its parts
     * @param size in bits; 0 if it has none, or none that is known
     */
    boolean disables(Set<String> names, int size, Set<Usage> uses) {
        return names.stream().anyMatch(this::hasName)
                && !jdkAuthority
                && sizes.stream().allMatch(condition -> size > 0 && condition.test(size))
                && usages.stream().allMatch(words -> isUsed(words, uses))
                && (denyAfter.isEmpty() || denyAfter.stream().noneMatch(Instant.now()::isBefore));
    }

    private boolean hasName(String candidate) {
        return pattern == null
                ? name.equalsIgnoreCase(candidate)
                : pattern.matcher(candidate).matches();
    }

    /** Whether the rule begins to hold at a time that is still to come, so that its answer will change. */
    boolean isDated() {
        return denyAfter.stream().anyMatch(Instant.now()::isBefore);
    }

    private static boolean isUsed(List<String> words, Set<Usage> uses) {
        return words.stream().anyMatch(word -> uses.stream().anyMatch(use -> use.word.equalsIgnoreCase(word)));
    }

    /** The entry and its property, for messages. */
    @Override
    public String toString() {
        return "'" + text + "' in the security property " + property;
    }
}
