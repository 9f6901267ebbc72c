package io.parktls.pki;

import io.parktls.CipherSuite;
import io.parktls.NamedGroup;
import io.parktls.SignatureScheme;
import io.parktls.TlsVersion;
import io.parktls.jca.JcaProviders;
import java.io.IOException;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECKey;
import java.security.interfaces.EdECKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Collects all names under which a security property may disable an algorithm: its own name, the names of its parts,
 * and their aliases. For example, an entry {@code AES_128_GCM} disables every suite that uses this cipher.
 */
final class AlgorithmAliases {
    /** The format of {@code ECParameterSpec.toString} for the JDK's curves: name, aliases, object identifier. */
    private static final Pattern CURVE = Pattern.compile("(\\S+)(?: \\[(.*)])? \\(([0-9.]+)\\)");

    /** Separates the parts of a signature algorithm's name, for example {@code SHA256withRSAandMGF1}. */
    private static final Pattern SEPARATORS = Pattern.compile("with|and|in", Pattern.CASE_INSENSITIVE);

    private static final Pattern SHA = Pattern.compile("SHA-?([0-9/]+)", Pattern.CASE_INSENSITIVE);

    private static final String ML_DSA = "ML-DSA";

    private AlgorithmAliases() {}

    /** Returns the names of a suite and of its key exchange, cipher and hash. */
    static Set<String> of(CipherSuite suite) {
        Set<String> names = ofKeyExchange(suite);
        names.add(suite.name());
        if (suite.name().contains("CHACHA20")) {
            names.addAll(List.of("ChaCha20-Poly1305", "CHACHA20_POLY1305", "ChaCha20"));
        } else {
            names.addAll(List.of("AES", "GCM", "NoPadding", "AES/GCM/NoPadding"));
            names.add(suite.name().contains("AES_256") ? "AES_256_GCM" : "AES_128_GCM");
        }
        String hash = suite.name().endsWith("SHA384") ? "384" : "256";
        names.addAll(List.of("SHA" + hash, "SHA-" + hash, "HmacSHA" + hash));
        return names;
    }

    /** Returns the names of a suite's key exchange; empty for TLS 1.3, whose suites do not determine it. */
    static Set<String> ofKeyExchange(CipherSuite suite) {
        Set<String> names = new HashSet<>();
        if (suite.version() == TlsVersion.TLS_1_2) {
            String authentication = suite.name().contains("ECDSA") ? "ECDSA" : "RSA";
            names.addAll(List.of("ECDHE", authentication, "ECDHE_" + authentication));
        }
        return names;
    }

    /** Returns the names of a group and of the algorithms that it consists of. */
    static Set<String> of(NamedGroup group) {
        return switch (group) {
            case X25519 -> Set.of("x25519", "XDH");
            case X25519MLKEM768 -> Set.of("X25519MLKEM768", "x25519", "XDH", "ML-KEM", "ML-KEM-768");
            case SECP256R1 ->
                Set.of(
                        "secp256r1",
                        "P-256",
                        "NIST P-256",
                        "prime256v1",
                        "X9.62 prime256v1",
                        "1.2.840.10045.3.1.7",
                        "EC");
            case SECP384R1 -> Set.of("secp384r1", "P-384", "NIST P-384", "1.3.132.0.34", "EC");
            case SECP521R1 -> Set.of("secp521r1", "P-521", "NIST P-521", "1.3.132.0.35", "EC");
        };
    }

    /** Returns the names of a scheme and of its algorithm, hash, key type and curve. */
    static Set<String> of(SignatureScheme scheme) {
        Set<String> names = signatureNames(algorithm(scheme));
        names.add(scheme.standardName());
        switch (scheme) {
            case ED25519, ED448 -> names.add("EdDSA");
            case MLDSA44, MLDSA65, MLDSA87 -> names.add(ML_DSA);
            case ECDSA_SECP256R1_SHA256 -> names.addAll(of(NamedGroup.SECP256R1));
            case ECDSA_SECP384R1_SHA384 -> names.addAll(of(NamedGroup.SECP384R1));
            case ECDSA_SECP521R1_SHA512 -> names.addAll(of(NamedGroup.SECP521R1));
            case RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512 -> {}
            default -> {
                names.add("RSA");
                names.addAll(signatureNames(hash(scheme)));
            }
        }
        return names;
    }

    /** Returns the JDK's name for the signature algorithm of a scheme. */
    private static String algorithm(SignatureScheme scheme) {
        return switch (scheme) {
            case ED25519 -> "Ed25519";
            case ED448 -> "Ed448";
            case MLDSA44 -> "ML-DSA-44";
            case MLDSA65 -> "ML-DSA-65";
            case MLDSA87 -> "ML-DSA-87";
            case ECDSA_SECP256R1_SHA256, ECDSA_SECP384R1_SHA384, ECDSA_SECP521R1_SHA512 -> hash(scheme) + "withECDSA";
            case RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512 -> hash(scheme) + "withRSA";
            default -> "RSASSA-PSS";
        };
    }

    private static String hash(SignatureScheme scheme) {
        String name = scheme.standardName();
        return name.substring(name.lastIndexOf('_') + 1).toUpperCase(Locale.ROOT);
    }

    /** Returns the names of a key's algorithm and of its curve or parameter set. */
    static Set<String> of(PublicKey key) {
        Set<String> names = new HashSet<>();
        names.add(key.getAlgorithm());
        switch (key) {
            case ECKey ec -> {
                names.add("EC");
                Matcher curve = CURVE.matcher(ec.getParams().toString());
                if (curve.matches()) {
                    names.add(curve.group(1));
                    names.add(curve.group(3));
                    if (curve.group(2) != null) {
                        names.addAll(List.of(curve.group(2).split(",\\s*")));
                    }
                    NamedGroup.all().stream()
                            .filter(group -> group.standardName().equals(curve.group(1)))
                            .forEach(group -> names.addAll(of(group)));
                }
            }
            case EdECKey edwards ->
                names.addAll(List.of("EdDSA", edwards.getParams().getName()));
            default -> {
                if (key.getAlgorithm().equals("RSASSA-PSS")) {
                    names.add("RSA");
                } else if (key.getAlgorithm().startsWith(ML_DSA)) {
                    names.add(ML_DSA);
                    if (key.getParams() instanceof NamedParameterSpec set) {
                        names.add(set.getName());
                    }
                }
            }
        }
        return names;
    }

    /**
     * Returns the names of the algorithm that a certificate is signed with, of its parts, and of the TLS signature
     * schemes that use the same algorithm.
     */
    static Set<String> ofSignature(X509Certificate certificate) {
        String algorithm = certificate.getSigAlgName();
        Set<String> names = signatureNames(algorithm);
        names.add(certificate.getSigAlgOID());
        if (algorithm.equalsIgnoreCase("RSASSA-PSS")) {
            names.add("RSA");
            names.addAll(ofPss(certificate.getSigAlgParams()));
        } else if (algorithm.startsWith(ML_DSA)) {
            names.add(ML_DSA);
        }
        for (SignatureScheme scheme : SignatureScheme.all()) {
            String same = algorithm(scheme);
            if (same.equalsIgnoreCase(algorithm) && (!same.equals("RSASSA-PSS") || names.contains(hash(scheme)))) {
                names.add(scheme.standardName());
            }
        }
        return names;
    }

    /** Returns the names of the hashes in RSASSA-PSS parameters (RFC 4055 3.1); empty if they cannot be parsed. */
    private static Set<String> ofPss(byte[] encoded) {
        Set<String> names = new HashSet<>();
        try {
            PSSParameterSpec parameters = JcaProviders.first("RSASSA-PSS", provider -> {
                AlgorithmParameters read = AlgorithmParameters.getInstance("RSASSA-PSS", provider);
                try {
                    read.init(encoded);
                } catch (IOException e) {
                    throw new GeneralSecurityException("the RSASSA-PSS parameters cannot be parsed", e);
                }
                return read.getParameterSpec(PSSParameterSpec.class);
            });
            names.addAll(signatureNames(parameters.getDigestAlgorithm()));
            if (parameters.getMGFParameters() instanceof MGF1ParameterSpec mgf) {
                names.addAll(signatureNames(mgf.getDigestAlgorithm()));
            }
        } catch (GeneralSecurityException e) {
            // Safe to ignore: no provider can verify a signature with such parameters either.
        }
        return names;
    }

    /**
     * Splits a name into its parts: {@code SHA256withRSA} also yields {@code SHA256}, {@code SHA-256} and {@code RSA}.
     */
    private static Set<String> signatureNames(String algorithm) {
        Set<String> names = new HashSet<>(Set.of(algorithm));
        for (String part : SEPARATORS.split(algorithm, -1)) {
            names.add(part);
            Matcher sha = SHA.matcher(part);
            if (sha.matches()) {
                names.addAll(List.of("SHA" + sha.group(1), "SHA-" + sha.group(1)));
            }
        }
        return names;
    }
}
