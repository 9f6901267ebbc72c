package io.parktls.sockets.jsse;

import io.parktls.CipherSuite;
import io.parktls.NamedGroup;
import io.parktls.SignatureScheme;
import io.parktls.TlsVersion;
import io.parktls.engine.ApplicationProtocolNames;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Converts JSSE's names of protocols, cipher suites, groups and signature schemes.
 *
 * <p>Software often enables names that ParkTLS does not speak along with names that it does: TLS 1.1, SSLv2Hello, suites
 * with CBC. Names that the JDK knows are left out as long as something remains. A name that the JDK does not know
 * either is an {@link IllegalArgumentException}, as in the JDK.
 */
final class JsseNames {
    private static final Set<String> OTHER_PROTOCOLS = Set.of("SSLv2Hello", "SSLv3", "TLSv1", "TLSv1.1");

    private JsseNames() {}

    /**
     * Asks the JDK whether it knows the name of a cipher suite. It knows more names than it lists as supported: also
     * those that {@code jdk.tls.disabledAlgorithms} disables.
     */
    private static final class JdkSuites {
        private static final Map<String, Boolean> KNOWN = new ConcurrentHashMap<>();

        /** Null if the JVM lacks SunJSSE: only the names of ParkTLS are known then. */
        private static final @Nullable SSLContext CONTEXT = context();

        private static @Nullable SSLContext context() {
            try {
                // The provider is named, since the first provider of the JVM may be ParkTLS.
                SSLContext context = SSLContext.getInstance("TLS", "SunJSSE");
                context.init(null, new TrustManager[0], null);
                return context;
            } catch (GeneralSecurityException e) {
                return null;
            }
        }

        static boolean contain(String name) {
            Boolean known = KNOWN.get(name);
            if (known == null) {
                known = ask(name);
                if (known) {
                    // Unknown names are not kept: a program may ask for any number of them.
                    KNOWN.put(name, true);
                }
            }
            return known;
        }

        private static boolean ask(String name) {
            SSLContext context = CONTEXT;
            if (context == null) {
                return false;
            }
            try {
                context.createSSLEngine().setEnabledCipherSuites(new String[] {name});
                return true;
            } catch (IllegalArgumentException e) {
                return false;
            }
        }
    }

    /**
     * Returns the versions with these names.
     *
     * @param allowed the versions that the context allows
     * @throws IllegalArgumentException if a name is null or unknown, or none of the versions is allowed
     */
    static List<TlsVersion> protocols(String @Nullable [] names, Collection<TlsVersion> allowed) {
        return known("protocols", names, allowed, JsseNames::version);
    }

    private static @Nullable TlsVersion version(String name) {
        for (TlsVersion version : TlsVersion.values()) {
            if (version.standardName().equals(name)) {
                return version;
            }
        }
        if (OTHER_PROTOCOLS.contains(name)) {
            return null;
        }
        throw new IllegalArgumentException("unsupported protocol: " + name);
    }

    /**
     * Returns the suites with these names.
     *
     * @param allowed the suites that the context allows
     * @throws IllegalArgumentException if a name is null or unknown, or none of the suites is allowed
     */
    static List<CipherSuite> cipherSuites(String @Nullable [] names, Collection<CipherSuite> allowed) {
        return known("cipher suites", names, allowed, JsseNames::cipherSuite);
    }

    private static @Nullable CipherSuite cipherSuite(String name) {
        for (CipherSuite suite : CipherSuite.all()) {
            if (suite.name().equals(name)) {
                return suite;
            }
        }
        if (name.equals("TLS_EMPTY_RENEGOTIATION_INFO_SCSV") || JdkSuites.contain(name)) {
            return null;
        }
        throw new IllegalArgumentException("unsupported cipher suite: " + name);
    }

    private static <T> List<T> known(
            String setting,
            String @Nullable [] names,
            Collection<T> allowed,
            Function<String, @Nullable T> conversion) {
        if (names == null || names.length == 0) {
            throw new IllegalArgumentException("no " + setting + ": give at least one");
        }
        Set<T> known = new LinkedHashSet<>();
        for (String name : names) {
            if (name == null || name.isEmpty()) {
                throw new IllegalArgumentException("a name among the " + setting + " is null or empty");
            }
            T value = conversion.apply(name);
            if (value != null && allowed.contains(value)) {
                known.add(value);
            }
        }
        if (known.isEmpty()) {
            throw new IllegalArgumentException("none of the " + setting + " " + Arrays.toString(names)
                    + " is supported here; supported are " + allowed);
        }
        return List.copyOf(known);
    }

    /** Returns the groups with these names that the context allows. JSSE ignores names that a provider does not know. */
    static List<NamedGroup> groups(String[] names, Collection<NamedGroup> allowed) {
        List<NamedGroup> groups = new ArrayList<>();
        for (NamedGroup group : named(names, NamedGroup.all(), NamedGroup::standardName)) {
            if (allowed.contains(group)) {
                groups.add(group);
            }
        }
        return groups;
    }

    /** Returns the schemes with these names. JSSE ignores names that a provider does not know. */
    static List<SignatureScheme> signatureSchemes(String[] names) {
        return named(names, SignatureScheme.all(), SignatureScheme::standardName);
    }

    private static <T> List<T> named(String[] names, List<T> all, Function<T, String> standardName) {
        Set<T> found = new LinkedHashSet<>();
        for (String name : names) {
            for (T candidate : all) {
                if (standardName.apply(candidate).equalsIgnoreCase(name)) {
                    found.add(candidate);
                }
            }
        }
        return List.copyOf(found);
    }

    /** JSSE's strings for ALPN hold one byte in each character; ParkTLS's hold text. */
    static String applicationProtocol(String jsse) {
        return ApplicationProtocolNames.of(jsse.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Converts in the other direction. */
    static String toJsse(String applicationProtocol) {
        return new String(ApplicationProtocolNames.toBytes(applicationProtocol), StandardCharsets.ISO_8859_1);
    }

    static String[] names(Collection<CipherSuite> suites) {
        return names(suites, CipherSuite::name);
    }

    /** Returns the names of some values, in their order. Servers ask for them once for each connection. */
    static <T> String[] names(Collection<T> values, Function<? super T, String> name) {
        String[] names = new String[values.size()];
        int at = 0;
        for (T value : values) {
            names[at++] = name.apply(value);
        }
        return names;
    }

    /** Returns the names of the versions, the highest first, as the JDK lists them. */
    static String[] standardNames(Collection<TlsVersion> versions) {
        return versions.stream()
                .sorted((a, b) -> b.compareTo(a))
                .map(TlsVersion::standardName)
                .toArray(String[]::new);
    }

    /** Returns the name of the JCA algorithm of a scheme, as in the JDK's sessions. */
    static @Nullable String jcaName(int scheme) {
        return SignatureScheme.of(scheme).map(JsseNames::jcaName).orElse(null);
    }

    static String jcaName(SignatureScheme scheme) {
        return switch (scheme) {
            case ECDSA_SECP256R1_SHA256 -> "SHA256withECDSA";
            case ECDSA_SECP384R1_SHA384 -> "SHA384withECDSA";
            case ECDSA_SECP521R1_SHA512 -> "SHA512withECDSA";
            case ED25519 -> "Ed25519";
            case ED448 -> "Ed448";
            case MLDSA44 -> "ML-DSA-44";
            case MLDSA65 -> "ML-DSA-65";
            case MLDSA87 -> "ML-DSA-87";
            case RSA_PSS_RSAE_SHA256,
                    RSA_PSS_RSAE_SHA384,
                    RSA_PSS_RSAE_SHA512,
                    RSA_PSS_PSS_SHA256,
                    RSA_PSS_PSS_SHA384,
                    RSA_PSS_PSS_SHA512 -> "RSASSA-PSS";
            case RSA_PKCS1_SHA256 -> "SHA256withRSA";
            case RSA_PKCS1_SHA384 -> "SHA384withRSA";
            case RSA_PKCS1_SHA512 -> "SHA512withRSA";
        };
    }
}
