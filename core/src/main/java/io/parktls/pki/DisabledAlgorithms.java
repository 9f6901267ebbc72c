package io.parktls.pki;

import io.parktls.CipherSuite;
import io.parktls.NamedGroup;
import io.parktls.SignatureScheme;
import io.parktls.TlsAlert;
import io.parktls.TlsIdentity;
import io.parktls.TlsPeerUnverifiedException;
import io.parktls.TlsVersion;
import io.parktls.jca.JdkKeys;
import io.parktls.pki.AlgorithmRule.Usage;
import java.security.Key;
import java.security.PublicKey;
import java.security.Security;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECKey;
import java.security.interfaces.RSAKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.logging.log4j.LogManager;
import org.jspecify.annotations.Nullable;

/**
 * The algorithms that the administrator of this JVM has disabled with the security properties
 * {@code jdk.tls.disabledAlgorithms} and {@code jdk.certpath.disabledAlgorithms}: protocol versions, cipher suites and
 * their parts, groups, signature schemes and their parts, and keys. The grammar is documented in the JDK's file
 * {@code java.security}. The rules are a snapshot of the properties: later changes to them have no effect. Thread-safe.
 *
 * <p>Where the JDK leaves room, this class is stricter: {@code RSA} also disables keys of type RSASSA-PSS, a hybrid
 * group is disabled if one of its parts is, and a condition that cannot be parsed counts as fulfilled. Entries with the
 * condition {@code jdkCA} are left to the JDK's path validation, because only the validation determines the trust
 * anchor.
 */
public final class DisabledAlgorithms {
    private static final String TLS = "jdk.tls.disabledAlgorithms";
    private static final String CERTPATH = "jdk.certpath.disabledAlgorithms";
    private static final String LEGACY = "jdk.tls.legacyAlgorithms";
    private static final String CURVES = "jdk.disabled.namedCurves";

    private final List<AlgorithmRule> tls;
    private final List<AlgorithmRule> certpath;
    private final List<AlgorithmRule> both;
    private final List<AlgorithmRule> legacy;

    /** Whether a rule takes effect at a future date, so that earlier results must not be reused. */
    private final boolean dated;

    /** Certificates that are not disabled. Servers send the same certificates in each handshake. */
    private final LruCache<Checked, Boolean> passed = new LruCache<>(256);

    private record Checked(X509Certificate certificate, boolean leaf, boolean server) {}

    private DisabledAlgorithms(List<AlgorithmRule> tls, List<AlgorithmRule> certpath, List<AlgorithmRule> legacy) {
        this.tls = tls;
        this.certpath = certpath;
        this.legacy = legacy;
        this.both = new ArrayList<>(tls);
        both.addAll(certpath);
        this.dated = both.stream().anyMatch(AlgorithmRule::isDated);
    }

    /**
     * Returns the rules of the current values of the security properties. Logs a warning for each unknown condition.
     */
    public static DisabledAlgorithms current() {
        DisabledAlgorithms rules = new DisabledAlgorithms(read(TLS), read(CERTPATH), read(LEGACY));
        rules.both.stream()
                .filter(rule -> !rule.isFullyParsed())
                .forEach(rule -> LogManager.getLogger(DisabledAlgorithms.class)
                        .warn("{} has an unknown condition, which counts as fulfilled", rule));
        return rules;
    }

    private static List<AlgorithmRule> read(String property) {
        String value = Security.getProperty(property);
        if (value == null) {
            return List.of();
        }
        List<AlgorithmRule> rules = new ArrayList<>();
        for (String entry : value.replace("\"", "").split(",", -1)) {
            String text = entry.strip();
            if (text.equalsIgnoreCase("include " + CURVES)) {
                rules.addAll(read(CURVES));
            } else if (!text.isEmpty()) {
                rules.add(AlgorithmRule.parse(property, text));
            }
        }
        return rules;
    }

    // ---- negotiated parameters

    /**
     * Returns those of the versions that are enabled.
     *
     * @throws IllegalArgumentException if none is
     */
    public Set<TlsVersion> versions(Set<TlsVersion> wanted) {
        EnumSet<TlsVersion> enabled = EnumSet.noneOf(TlsVersion.class);
        enabled.addAll(enabled("protocol version", wanted, version -> rule(tls, Set.of(version.standardName()))));
        return enabled;
    }

    /**
     * Returns those of the suites that are enabled, with the suites that {@code jdk.tls.legacyAlgorithms} names at the
     * end (RFC 8446 B.4).
     *
     * @throws IllegalArgumentException if none is
     */
    public List<CipherSuite> cipherSuites(Collection<CipherSuite> wanted) {
        List<CipherSuite> enabled = enabled("cipher suite", wanted, this::rule);
        List<CipherSuite> ordered = new ArrayList<>(enabled);
        ordered.removeIf(suite -> rule(legacy, AlgorithmAliases.of(suite)) != null);
        enabled.stream().filter(suite -> !ordered.contains(suite)).forEach(ordered::add);
        return ordered;
    }

    private @Nullable AlgorithmRule rule(CipherSuite suite) {
        AlgorithmRule rule = rule(tls, AlgorithmAliases.of(suite));
        return rule != null ? rule : rule(certpath, AlgorithmAliases.ofKeyExchange(suite));
    }

    /**
     * Returns those of the groups that are enabled.
     *
     * @throws IllegalArgumentException if none is
     */
    public List<NamedGroup> groups(Collection<NamedGroup> wanted) {
        return enabled("group", wanted, group -> rule(both, AlgorithmAliases.of(group), size(group), Set.of()));
    }

    /** Returns the schemes that are enabled for handshake signatures. */
    public List<SignatureScheme> handshakeSchemes() {
        return schemes(Usage.HANDSHAKE_SIGNATURE);
    }

    /** Returns the schemes that are enabled for the signatures of certificates. */
    public List<SignatureScheme> certificateSchemes() {
        return schemes(Usage.CERTIFICATE_SIGNATURE);
    }

    private List<SignatureScheme> schemes(Usage usage) {
        return enabled(
                "signature scheme",
                SignatureScheme.all(),
                scheme -> rule(both, AlgorithmAliases.of(scheme), size(scheme), Set.of(usage)));
    }

    private static <T> List<T> enabled(String what, Collection<T> wanted, Function<T, @Nullable AlgorithmRule> rule) {
        List<T> enabled = new ArrayList<>();
        Set<String> rules = new TreeSet<>();
        for (T candidate : wanted) {
            AlgorithmRule found = rule.apply(candidate);
            if (found == null) {
                enabled.add(candidate);
            } else {
                rules.add(found.toString());
            }
        }
        if (enabled.isEmpty()) {
            throw new IllegalArgumentException("every " + what + " of " + wanted + " is disabled by "
                    + String.join(", ", rules) + ": configure another " + what + ", or change the security property");
        }
        return enabled;
    }

    // ---- keys and certificates

    /**
     * Returns the identities whose keys are not disabled, and logs a warning for each of the others.
     *
     * @throws IllegalArgumentException if there are identities, but the key of each one is disabled
     */
    public List<TlsIdentity> identities(List<TlsIdentity> wanted) {
        List<TlsIdentity> enabled = new ArrayList<>();
        Set<String> rules = new TreeSet<>();
        for (TlsIdentity identity : wanted) {
            AlgorithmRule rule = rule(JdkKeys.of(identity.chain().getFirst()), Set.of(Usage.HANDSHAKE_SIGNATURE));
            if (rule == null) {
                enabled.add(identity);
            } else {
                rules.add(rule.toString());
                LogManager.getLogger(DisabledAlgorithms.class)
                        .warn("{} is not used, because its key is disabled by {}", identity, rule);
            }
        }
        if (enabled.isEmpty() && !wanted.isEmpty()) {
            throw new IllegalArgumentException("the key of every identity of " + wanted + " is disabled by "
                    + String.join(", ", rules) + ": add an identity with another key, or change the security property");
        }
        return enabled;
    }

    private @Nullable AlgorithmRule rule(PublicKey key, Set<Usage> uses) {
        return rule(both, AlgorithmAliases.of(key), size(key), uses);
    }

    /**
     * Checks the certificate chain of a peer: the key that signs the handshake, and the signature and key of each
     * certificate that is not self-signed. The signature of a self-signed certificate, and so of a trust anchor, proves
     * nothing and is not checked.
     *
     * @param server whether the peer is the server
     * @throws TlsPeerUnverifiedException with bad_certificate (RFC 8446 4.4.2.4), if a key or signature is disabled
     */
    public void check(List<X509Certificate> chain, boolean server) throws TlsPeerUnverifiedException {
        Set<Usage> uses = EnumSet.of(Usage.CERTIFICATE_SIGNATURE, server ? Usage.TLS_SERVER : Usage.TLS_CLIENT);
        for (int i = 0; i < chain.size(); i++) {
            Checked checked = new Checked(chain.get(i), i == 0, server);
            if (dated || passed.get(checked) == null) {
                check(chain.get(i), i == 0, uses);
                passed.put(checked, true);
            }
        }
    }

    private void check(X509Certificate certificate, boolean leaf, Set<Usage> uses) throws TlsPeerUnverifiedException {
        boolean selfSigned = certificate.getIssuerX500Principal().equals(certificate.getSubjectX500Principal());
        if (leaf || !selfSigned) {
            Set<Usage> keyUses = EnumSet.copyOf(uses);
            if (leaf) {
                keyUses.add(Usage.HANDSHAKE_SIGNATURE);
            }
            requireEnabled(certificate, "key", rule(JdkKeys.of(certificate), keyUses));
        }
        if (!selfSigned) {
            requireEnabled(certificate, "signature", rule(both, AlgorithmAliases.ofSignature(certificate), 0, uses));
        }
    }

    private static void requireEnabled(X509Certificate certificate, String what, @Nullable AlgorithmRule rule)
            throws TlsPeerUnverifiedException {
        if (rule != null) {
            throw new TlsPeerUnverifiedException(
                    "certificate " + Printable.subject(certificate) + " has a " + what + " that is disabled by " + rule,
                    TlsAlert.BAD_CERTIFICATE,
                    null);
        }
    }

    // ---- rules

    private static @Nullable AlgorithmRule rule(List<AlgorithmRule> rules, Set<String> names) {
        return rule(rules, names, 0, Set.of());
    }

    private static @Nullable AlgorithmRule rule(
            List<AlgorithmRule> rules, Set<String> names, int size, Set<Usage> uses) {
        Predicate<AlgorithmRule> applies = rule -> rule.disables(names, size, uses);
        return rules.stream().filter(applies).findFirst().orElse(null);
    }

    private static int size(Key key) {
        return switch (key) {
            case RSAKey rsa -> rsa.getModulus().bitLength();
            case ECKey ec -> ec.getParams().getOrder().bitLength();
            default -> 0;
        };
    }

    private static int size(NamedGroup group) {
        return switch (group) {
            case SECP256R1 -> 256;
            case SECP384R1 -> 384;
            case SECP521R1 -> 521;
            case X25519, X25519MLKEM768 -> 0;
        };
    }

    private static int size(SignatureScheme scheme) {
        return switch (scheme) {
            case ECDSA_SECP256R1_SHA256 -> 256;
            case ECDSA_SECP384R1_SHA384 -> 384;
            case ECDSA_SECP521R1_SHA512 -> 521;
            default -> 0;
        };
    }
}
