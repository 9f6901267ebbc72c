package io.parktls.pki;

import java.net.URL;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Checks that Bouncy Castle is on the class path, complete and recent enough. Without this check, an older jar that
 * comes first on the class path, or a jar of the FIPS edition, which has classes of the same names, causes a
 * {@code NoSuchMethodError} in some handshake. This class refers to Bouncy Castle's classes by name only, so it runs
 * without them. Thread-safe.
 */
public final class BouncyCastleJars {
    /** The version that ParkTLS is built and tested with. */
    public static final String NEEDED = "1.84";

    private static final Pattern VERSION = Pattern.compile("(\\d+)\\.(\\d+)");
    private static final Pattern VERSION_IN_FILE_NAME = Pattern.compile("-(\\d+\\.\\d+(?:\\.\\d+)*)[^/]*$");

    private BouncyCastleJars() {}

    /** The jars, with a class of each package that ParkTLS needs; the first class identifies the jar. */
    private enum Jar {
        BCPROV(
                "bcprov-jdk18on",
                "org.bouncycastle.jce.provider.BouncyCastleProvider",
                "org.bouncycastle.crypto.CryptoServicesRegistrar",
                "org.bouncycastle.crypto.params.ECPublicKeyParameters",
                "org.bouncycastle.crypto.signers.ECDSASigner",
                "org.bouncycastle.crypto.digests.SHA256Digest",
                "org.bouncycastle.math.ec.ECPoint",
                "org.bouncycastle.math.ec.rfc7748.X25519",
                "org.bouncycastle.math.ec.rfc8032.Ed25519",
                "org.bouncycastle.asn1.ASN1Primitive",
                "org.bouncycastle.asn1.x500.X500Name",
                "org.bouncycastle.asn1.x509.SubjectPublicKeyInfo",
                "org.bouncycastle.asn1.pkcs.PrivateKeyInfo",
                "org.bouncycastle.util.Arrays",
                "org.bouncycastle.util.io.Streams"),
        BCUTIL("bcutil-jdk18on", "org.bouncycastle.asn1.cms.CMSObjectIdentifiers"),
        BCTLS(
                "bctls-jdk18on",
                "org.bouncycastle.tls.TlsProtocol",
                "org.bouncycastle.tls.crypto.TlsCrypto",
                "org.bouncycastle.tls.crypto.impl.AbstractTlsCrypto"),
        BCPKIX(
                "bcpkix-jdk18on",
                "org.bouncycastle.cert.X509v3CertificateBuilder",
                "org.bouncycastle.openssl.PEMException",
                "org.bouncycastle.operator.OperatorCreationException",
                "org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo");

        private final String artifact;

        @SuppressWarnings("ImmutableEnumChecker") // List.of is immutable.
        private final List<String> classes;

        Jar(String artifact, String... classes) {
            this.artifact = artifact;
            this.classes = List.of(classes);
        }
    }

    /** The result of the check, computed once because the classes of a JVM do not change. */
    private static final class Engine {
        static final @Nullable String PROBLEM = problem(List.of(Jar.BCPROV, Jar.BCUTIL, Jar.BCTLS));
    }

    private static final class Keys {
        static final @Nullable String PROBLEM = problem(List.of(Jar.BCPROV, Jar.BCUTIL));
    }

    private static final class Pki {
        static final @Nullable String PROBLEM = problem(List.of(Jar.BCPROV, Jar.BCUTIL, Jar.BCPKIX));
    }

    /**
     * Requires the jars that the default engine needs.
     *
     * @throws IllegalStateException if a jar is missing, too old, or mixed with another one. The message names the
     *     versions that were found and that are needed
     */
    public static void requireForEngine() {
        require("the default engine", Engine.PROBLEM);
    }

    /**
     * Requires the jars that are needed to parse and create keys and certificates.
     *
     * @param what the feature that needs them, for the message
     * @throws IllegalStateException if a jar is missing, too old, or mixed with another one
     */
    public static void requireForPki(String what) {
        require(what, Pki.PROBLEM);
    }

    /**
     * Whether the jars for parsing private keys that are not encrypted are on the class path. The default engine needs
     * them too. Loading the first class of a further jar takes the JVM a tenth of a second, for the jar's signature.
     */
    static boolean supportKeys() {
        return Keys.PROBLEM == null;
    }

    /** Whether the jars for parsing keys and certificates are on the class path. */
    static boolean supportPki() {
        return Pki.PROBLEM == null;
    }

    /** Whether the TLS jar is of the version that ParkTLS is built and tested with. */
    public static boolean isTestedVersion() {
        Class<?> protocol = find(Jar.BCTLS.classes.getFirst());
        Matcher found = VERSION.matcher(protocol == null ? "" : Objects.requireNonNullElse(version(protocol), ""));
        return found.lookingAt() && NEEDED.equals(found.group());
    }

    private static void require(String what, @Nullable String problem) {
        if (problem != null) {
            throw new IllegalStateException(what + " needs Bouncy Castle " + NEEDED + " on the class path: " + problem);
        }
    }

    private static @Nullable String problem(List<Jar> jars) {
        List<String> problems = new ArrayList<>();
        for (Jar jar : jars) {
            String problem = problem(jar);
            if (problem != null) {
                problems.add(problem);
            }
        }
        return problems.isEmpty() ? null : String.join("; ", problems);
    }

    private static @Nullable String problem(Jar jar) {
        Class<?> representative = find(jar.classes.getFirst());
        if (representative == null) {
            return jar.artifact + " is missing";
        }
        for (String name : jar.classes) {
            Class<?> found = find(name);
            if (found == null) {
                return describe(representative) + " has no class " + name + ", so it is not " + jar.artifact + " "
                        + NEEDED + ": replace it with that jar, or put that jar before it on the class path";
            }
            if (isOlder(version(found))) {
                return name + " comes from " + describe(found) + ", which is too old: put " + jar.artifact + " "
                        + NEEDED + " before it on the class path, or replace it";
            }
            if (!location(found).equals(location(representative))) {
                return name + " comes from " + describe(found) + ", but other classes come from "
                        + describe(representative) + ": remove the former jar, or put it after " + jar.artifact
                        + " on the class path";
            }
        }
        return null;
    }

    private static @Nullable Class<?> find(String name) {
        try {
            return Class.forName(name, false, BouncyCastleJars.class.getClassLoader());
        } catch (ClassNotFoundException | LinkageError | SecurityException e) {
            // SecurityException: two jars, one of them signed, have classes of the same package.
            return null;
        }
    }

    /** Returns the file name and version of the jar that a class comes from. */
    private static String describe(Class<?> type) {
        String version = version(type);
        return fileName(type) + " (version " + (version == null ? "unknown" : version) + ")";
    }

    /** Returns the version from the module descriptor, the manifest or the file name; null if none of them has one. */
    private static @Nullable String version(Class<?> type) {
        if (type.getModule().getDescriptor() != null) {
            return type.getModule().getDescriptor().rawVersion().orElse(null);
        }
        String implementation = type.getPackage().getImplementationVersion();
        if (implementation != null) {
            return implementation;
        }
        Matcher inFileName = VERSION_IN_FILE_NAME.matcher(fileName(type));
        return inFileName.find() ? inFileName.group(1) : null;
    }

    private static boolean isOlder(@Nullable String version) {
        Matcher found = VERSION.matcher(version == null ? "" : version);
        Matcher needed = VERSION.matcher(NEEDED);
        if (!found.find() || !needed.find()) {
            return false;
        }
        int major = Integer.compare(Integer.parseInt(found.group(1)), Integer.parseInt(needed.group(1)));
        return major < 0 || (major == 0 && Integer.parseInt(found.group(2)) < Integer.parseInt(needed.group(2)));
    }

    /** Returns only the last part of the path, because the rest may disclose details of the machine in a message. */
    private static String fileName(Class<?> type) {
        String[] parts = location(type).split("/", -1);
        String last = parts[parts.length - 1];
        return last.isEmpty() && parts.length > 1 ? parts[parts.length - 2] : last;
    }

    private static String location(Class<?> type) {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        URL location = source == null ? null : source.getLocation();
        return location == null ? "an unknown location" : location.toString();
    }
}
