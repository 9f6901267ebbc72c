package io.parktls.pki;

import io.parktls.jca.JcaProviders;
import io.parktls.jca.JdkKeys;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Pins of public keys: SHA-256 hashes of the SubjectPublicKeyInfo of certificates (RFC 7469 2.4). A pin stays valid when
 * a certificate is renewed with the same key. Immutable.
 */
public final class KeyPins {
    private static final String PREFIX = "sha256/";
    private static final String PREFIX_CURL = "sha256//";
    private static final int HASH_LENGTH = 32;

    private final List<byte[]> hashes;

    private KeyPins(List<byte[]> hashes) {
        this.hashes = hashes;
    }

    /**
     * Parses pins.
     *
     * @throws IllegalArgumentException if there is none, or one is malformed
     */
    public static KeyPins of(String... pins) {
        if (pins.length == 0) {
            throw new IllegalArgumentException("no pin: give at least one, such as sha256/AAAA...=");
        }
        return new KeyPins(Arrays.stream(pins).map(KeyPins::parse).toList());
    }

    /**
     * Returns the pin of a certificate's key.
     *
     * @throws IllegalArgumentException if the certificate cannot be encoded
     */
    public static String pin(X509Certificate certificate) {
        return PREFIX + Base64.getEncoder().encodeToString(hash(certificate));
    }

    private static byte[] parse(String pin) {
        String trimmed = pin.strip();
        // Base64 may itself begin with a slash, so only the length shows which of the two prefixes this is.
        for (String prefix : new String[] {PREFIX, PREFIX_CURL, ""}) {
            byte[] hash = trimmed.startsWith(prefix) ? decoded(trimmed.substring(prefix.length())) : null;
            if (hash != null && hash.length == HASH_LENGTH) {
                return hash;
            }
        }
        throw new IllegalArgumentException("not a pin of " + HASH_LENGTH + " bytes (a text of " + pin.length()
                + " characters): expected sha256/ and the base64 of a SHA-256 hash, as TlsTrust.pin(certificate)"
                + " returns it");
    }

    /** Returns null if a text is not base64. */
    private static byte @Nullable [] decoded(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            // Not passed on, because its message quotes the text, which may be a key instead of its hash.
            return null;
        }
    }

    /** Returns whether the key of one of the certificates is pinned. The comparisons take constant time. */
    public boolean matchAny(List<X509Certificate> certificates) {
        boolean found = false;
        for (X509Certificate certificate : certificates) {
            byte[] hash = hash(certificate);
            for (byte[] pinned : hashes) {
                found |= MessageDigest.isEqual(pinned, hash);
            }
        }
        return found;
    }

    /** Returns the number of pins. */
    public int size() {
        return hashes.size();
    }

    /** Returns the subjects and pins of certificates, for a message that tells which pins would match. */
    public static String describe(List<X509Certificate> certificates) {
        return certificates.stream()
                .map(certificate -> Printable.subject(certificate) + " has " + pin(certificate))
                .collect(Collectors.joining(", "));
    }

    private static byte[] hash(X509Certificate certificate) {
        try {
            return JcaProviders.first("SHA-256", provider -> MessageDigest.getInstance("SHA-256", provider))
                    .digest(JdkKeys.subjectPublicKeyInfo(certificate.getEncoded()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("no provider of this JVM has SHA-256", e);
        } catch (CertificateEncodingException e) {
            throw new IllegalArgumentException(
                    "certificate " + Printable.subject(certificate) + " cannot be encoded", e);
        }
    }
}
