package io.parktls.engine.jsse;

import io.parktls.engine.SigningKey;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Interprets the names of key types with which JSSE providers query a key manager. Only the names that the JDK uses are
 * standardized:
 * <ul>
 *   <li>SunJSSE: {@code EC}, {@code EdDSA}, {@code RSA}, {@code RSASSA-PSS}; older versions also {@code EC_EC} and
 *       {@code EC_RSA}, whose second part is the algorithm of the issuer's signature,
 *   <li>Bouncy Castle's provider: {@code Ed25519}, {@code Ed448}, {@code RSA}, {@code RSASSA-PSS}; in TLS 1.3
 *       {@code EC} followed by the curve, as in {@code EC/secp256r1}; in TLS 1.2 the key exchange for servers,
 *       {@code ECDHE_ECDSA} and {@code ECDHE_RSA}, and {@code EC} for clients,
 *   <li>Conscrypt: {@code EC}, {@code RSA},
 *   <li>names that leave the type open, as used for TLS 1.3: {@code UNKNOWN}, {@code TLS13}, {@code GENERIC}.
 * </ul>
 */
final class JsseKeyType {
    private static final Set<String> OPEN = Set.of("", "UNKNOWN", "GENERIC", "TLS13", "ANY", "NULL");

    /** Prefixes that name a key exchange in front of the algorithm that authenticates. */
    private static final List<String> KEY_EXCHANGES = List.of("ECDHE_", "DHE_", "KE:", "SRP_");

    private JsseKeyType() {}

    /** Returns whether a key is of the type with that name. */
    static boolean fits(String name, SigningKey key) {
        String upper = name.toUpperCase(Locale.ROOT);
        if (OPEN.contains(upper)) {
            return key.type() != SigningKey.Type.OTHER;
        }
        int slash = upper.indexOf('/');
        if (slash >= 0) {
            return key.type() == SigningKey.Type.EC
                    && isEc(upper.substring(0, slash))
                    && key.curve() != null
                    && isCurve(upper.substring(slash + 1), key.curve().standardName());
        }
        String algorithm = withoutKeyExchange(upper);
        return switch (key.type()) {
            case EC -> isEc(algorithm);
            case ED25519 -> algorithm.equals("ED25519") || algorithm.equals("EDDSA");
            case ED448 -> algorithm.equals("ED448") || algorithm.equals("EDDSA");
            case RSA -> algorithm.equals("RSA");
            case RSASSA_PSS -> algorithm.equals("RSASSA-PSS") || algorithm.equals("RSASSA_PSS");
            // JsseIdentity leaves out ML-DSA keys.
            case MLDSA44, MLDSA65, MLDSA87, OTHER -> false;
        };
    }

    private static String withoutKeyExchange(String upper) {
        for (String exchange : KEY_EXCHANGES) {
            if (upper.startsWith(exchange)) {
                return upper.substring(exchange.length());
            }
        }
        // In EC_EC, EC_RSA, ECDH_ECDSA and ECDH_RSA the second part is the algorithm of the issuer.
        return upper.startsWith("EC_") || upper.startsWith("ECDH_") ? "EC" : upper;
    }

    private static boolean isEc(String algorithm) {
        return algorithm.equals("EC") || algorithm.equals("ECDSA");
    }

    /** FIPS 186-4 D.1.2: P-256 is another name for secp256r1, and so on. */
    private static boolean isCurve(String name, String standardName) {
        String full = name.startsWith("P-") ? "SECP" + name.substring(2) + "R1" : name;
        return full.equalsIgnoreCase(standardName);
    }
}
