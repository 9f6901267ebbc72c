package io.parktls.session;

import io.parktls.TlsIdentity;
import io.parktls.jca.JcaProviders;
import io.parktls.pki.CertificateNames;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;

/**
 * A digest of the host names that a server's identities are for. Tickets carry it, and a server refuses tickets with
 * another digest.
 *
 * <p>A client that resumes a session verifies no certificate: it takes the server for the one that it verified in the
 * original handshake. Without the digest, an attacker who redirects connections could make a server that shares keys
 * with another one answer in the name of that other server. The digest covers the names and not the certificates,
 * because the certificates of a fleet may differ, and change when they are renewed.
 */
public final class ServerNamesDigest {
    /** The length of a digest in bytes. */
    public static final int LENGTH = 16;

    private ServerNamesDigest() {}

    /** Returns the digest of the names of all identities, in any order. */
    public static byte[] of(List<TlsIdentity> identities) {
        TreeSet<String> names = new TreeSet<>();
        for (TlsIdentity identity : identities) {
            names.addAll(CertificateNames.of(identity.chain().getFirst()).all());
        }
        MessageDigest digest = sha256();
        for (String name : names) {
            digest.update(name.getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
        }
        return Arrays.copyOf(digest.digest(), LENGTH);
    }

    private static MessageDigest sha256() {
        try {
            return JcaProviders.first("SHA-256", provider -> MessageDigest.getInstance("SHA-256", provider));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("no provider of this JVM has SHA-256", e);
        }
    }
}
