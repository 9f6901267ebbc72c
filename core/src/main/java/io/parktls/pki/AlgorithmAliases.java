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
import java.security.spec.PSSParameterSpec;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * All names by which a property may mean something: its own, those of its parts, and their aliases. An administrator who
 * disables {@code AES_128_GCM} means each suite with it.
 */
final class AlgorithmAliases {
    /** What {@code ECParameterSpec.toString} says of the JDK's curves: name, aliases, object identifier. */
    private static final Pattern CURVE = Pattern.compile("(\\S+)(?: \\[(.*)])? \\(([0-9.]+)\\)");

    /** As in {@code SHA256withRSAandMGF1}. */
    private static final Pattern SEPARATORS = Pattern.compile("with|and|in", Pattern.CASE_INSENSITIVE);

    private static final Pattern SHA = Pattern.compile("SHA-?([0-9/]+)", Pattern.CASE_INSENSITIVE);

    private AlgorithmAliases() {}

    /** A suite, its key exchange, cipher and hash. */
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

    /** Empty in TLS 1.3, where the suite does not decide on it. */
    static Set<String> ofKeyExchange(CipherSuite suite) {
        Set<String> names = new HashSet<>();
        if (suite.version() == TlsVersion.TLS_1_2) {
            String authentication = suite.name().contains("ECDSA") ? "ECDSA" : "RSA";
            names.addAll(List.of("ECDHE", authentication, "ECDHE_" + authentication));
        }
        return names;
    }

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

    /** A scheme, its algorithm and hash, the kind of its key, and its curve. */
    static Set<String> of(SignatureScheme scheme) {
        Set<String> names = signature(algorithm(scheme));
        names.add(scheme.standardName());
        switch (scheme) {
            case ED25519, ED448 -> names.add("EdDSA");
            case ECDSA_SECP256R1_SHA256 -> names.addAll(of(NamedGroup.SECP256R1));
            case ECDSA_SECP384R1_SHA384 -> names.addAll(of(NamedGroup.SECP384R1));
            case ECDSA_SECP521R1_SHA512 -> names.addAll(of(NamedGroup.SECP521R1));
            case RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512 -> {}
            default -> {
                names.add("RSA");
                names.addAll(signature(hash(scheme)));
            }
        }
        return names;
    }

    /** The JDK's name of the algorithm of a scheme. */
    private static String algorithm(SignatureScheme scheme) {
        return switch (scheme) {
            case ED25519 -> "Ed25519";
            case ED448 -> "Ed448";
            case ECDSA_SECP256R1_SHA256, ECDSA_SECP384R1_SHA384, ECDSA_SECP521R1_SHA512 -> hash(scheme) + "withECDSA";
            case RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512 -> hash(scheme) + "withRSA";
            default -> "RSASSA-PSS";
        };
    }

    private static String hash(SignatureScheme scheme) {
        String name = scheme.standardName();
        return name.substring(name.lastIndexOf('_') + 1).toUpperCase(Locale.ROOT);
    }

    /** A key's algorithm and its curve. */
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
                }
            }
        }
        return names;
    }

    /** The algorithm that a certificate is signed with, its parts, and the schemes of TLS that are the same. */
    static Set<String> ofSignature(X509Certificate certificate) {
        String algorithm = certificate.getSigAlgName();
        Set<String> names = signature(algorithm);
        names.add(certificate.getSigAlgOID());
        if (algorithm.equalsIgnoreCase("RSASSA-PSS")) {
            names.add("RSA");
            names.addAll(ofPss(certificate.getSigAlgParams()));
        }
        for (SignatureScheme scheme : SignatureScheme.all()) {
            String theirs = algorithm(scheme);
            if (theirs.equalsIgnoreCase(algorithm) && (!theirs.equals("RSASSA-PSS") || names.contains(hash(scheme)))) {
                names.add(scheme.standardName());
            }
        }
        return names;
    }

    /** The hashes in the parameters of RSASSA-PSS (RFC 4055 3.1). */
    private static Set<String> ofPss(byte[] encoded) {
        Set<String> names = new HashSet<>();
        try {
            PSSParameterSpec parameters = JcaProviders.first("RSASSA-PSS", provider -> {
                AlgorithmParameters read = AlgorithmParameters.getInstance("RSASSA-PSS", provider);
                try {
                    read.init(encoded);
                } catch (IOException e) {
                    throw new GeneralSecurityException("no parameters of RSASSA-PSS", e);
                }
                return read.getParameterSpec(PSSParameterSpec.class);
            });
            names.addAll(signature(parameters.getDigestAlgorithm()));
            if (parameters.getMGFParameters() instanceof MGF1ParameterSpec mgf) {
                names.addAll(signature(mgf.getDigestAlgorithm()));
            }
        } catch (GeneralSecurityException e) {
            // Nobody can verify such a signature either.
        }
        return names;
    }

    /** {@code SHA256withRSA} is also {@code SHA256}, {@code SHA-256} and {@code RSA}. */
    private static Set<String> signature(String algorithm) {
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
