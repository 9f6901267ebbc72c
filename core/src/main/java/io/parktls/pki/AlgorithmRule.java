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
 * One entry of a security property such as {@code jdk.tls.disabledAlgorithms}. It consists of a name and of conditions,
 * and disables algorithms of that name if all conditions hold. Immutable.
 *
 * <pre>
 *   RSA keySize &lt; 2048
 *   SHA1 jdkCA &amp; usage TLSServer
 *   TLS_RSA_*
 *   rsa_pkcs1_sha1 usage HandshakeSignature
 * </pre>
 */
final class AlgorithmRule {
    /** A use of an algorithm, with the keyword that the security property has for it. */
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

    /** The names of some elliptic curves consist of two words, for example {@code NIST P-256}. */
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

    /** Whether the entry has the condition {@code jdkCA}, which only the JDK's path validation can evaluate. */
    private boolean jdkAuthority;

    private boolean fullyParsed = true;

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
     * @param property the name of the security property, for messages
     * @param entry the entry without the surrounding commas; not empty
     */
    static AlgorithmRule parse(String property, String entry) {
        Matcher parts = (CURVE.matcher(entry).lookingAt() ? CURVE : NAME).matcher(entry);
        if (!parts.matches()) {
            throw new IllegalArgumentException(
                    "the security property " + property + " has an entry without a name: '" + entry + "'");
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
                default -> fullyParsed = false;
            }
        } catch (IndexOutOfBoundsException | IllegalArgumentException | DateTimeException e) {
            fullyParsed = false;
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
            default -> throw new IllegalArgumentException("unknown operator '" + operator + "'");
        };
    }

    /** Whether all conditions were parsed. A condition that could not be parsed counts as fulfilled. */
    boolean isFullyParsed() {
        return fullyParsed;
    }

    /**
     * Whether the rule disables an algorithm or key.
     *
     * @param names the names of the algorithm and of its parts
     * @param size the key size in bits; 0 if there is none or it is unknown
     * @param uses the uses to check; the rule applies if it names one of them
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

    /** Whether the rule takes effect at a future date, so that the result of {@link #disables} will change. */
    boolean isDated() {
        return denyAfter.stream().anyMatch(Instant.now()::isBefore);
    }

    private static boolean isUsed(List<String> words, Set<Usage> uses) {
        return words.stream().anyMatch(word -> uses.stream().anyMatch(use -> use.word.equalsIgnoreCase(word)));
    }

    /** Returns the entry and the name of its property, for messages. */
    @Override
    public String toString() {
        return "'" + text + "' in the security property " + property;
    }
}
