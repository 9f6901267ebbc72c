package io.parktls.pki;

import io.parktls.jca.X509Certificates;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.bouncycastle.asn1.x509.Certificate;
import org.jspecify.annotations.Nullable;

/**
 * A text that contains certificates and keys in PEM (RFC 7468). Exceptions name the text, the line and the problem.
 * They never quote the text, and they have no cause, because the messages of parsers quote their input.
 */
public final class Pem {
    private static final int DER_SEQUENCE = 0x30;

    private final String name;
    private final List<PemBlock> blocks;

    private Pem(String name, PemText text) {
        this.name = name;
        try {
            this.blocks = PemParser.parse(text);
            if (blocks.isEmpty()) {
                throw new PemException(
                        text.toString().isBlank() ? "it is empty" : "not PEM: no line begins with -----BEGIN");
            }
        } catch (PemException e) {
            throw invalid(e);
        }
    }

    /**
     * Reads a PEM file.
     *
     * @throws IOException if the file cannot be read
     * @throws IllegalArgumentException if the file contains no PEM, or it is malformed
     */
    public static Pem read(Path file) throws IOException {
        return of(file.toString(), KeyFiles.read(file));
    }

    /**
     * Parses the content of a PEM file.
     *
     * @param name the name of the file in exceptions
     * @param content the content, which is neither kept nor changed
     * @throws IllegalArgumentException if the content is no PEM, or it is malformed
     */
    public static Pem of(String name, byte[] content) {
        if (content.length > 1 && content[0] == DER_SEQUENCE && content[1] < 0) {
            throw new IllegalArgumentException(name + ": not PEM, but binary (DER): convert it to PEM, or load it with"
                    + " TlsIdentity.keyStore if it is a PKCS #12 key store");
        }
        return new Pem(name, PemText.of(content));
    }

    /**
     * Parses a PEM text.
     *
     * @param name the name of the text in exceptions
     * @throws IllegalArgumentException if the text contains no PEM, or it is malformed
     */
    public static Pem of(String name, String text) {
        return new Pem(name, PemText.of(text));
    }

    /** The name of the text in exceptions: the path of the file, or the name given by the caller. */
    public String name() {
        return name;
    }

    /**
     * Returns all certificates, in the order of the text. Keys and other blocks are ignored.
     *
     * @throws IllegalArgumentException if there is no certificate, or one cannot be parsed
     */
    public List<X509Certificate> certificates() {
        try {
            return parseCertificates();
        } catch (PemException e) {
            throw invalid(e);
        }
    }

    /**
     * Returns the only private key.
     *
     * @param passphrase decrypts the key; null if it is not encrypted
     * @throws IllegalArgumentException if there is not exactly one private key, or it cannot be decrypted or parsed
     */
    public PrivateKey privateKey(char @Nullable [] passphrase) {
        List<PemBlock> keys = blocks.stream()
                .filter(block -> block.label().kind() == PemLabel.Kind.KEY)
                .toList();
        try {
            return switch (keys.size()) {
                case 0 ->
                    throw new PemException("no private key, only " + labels() + ": a PRIVATE KEY block is needed");
                case 1 -> privateKey(keys.getFirst(), passphrase);
                default ->
                    throw new PemException(
                            keys.size() + " private keys where one is expected: keep only the key of the certificate");
            };
        } catch (PemException e) {
            throw invalid(e);
        }
    }

    private static PrivateKey privateKey(PemBlock block, char @Nullable [] passphrase) throws PemException {
        boolean encrypted = block.encryption() != null || block.label() == PemLabel.ENCRYPTED_PRIVATE_KEY;
        return (encrypted ? BouncyCastleJars.supportPki() : BouncyCastleJars.supportKeys())
                ? PemPrivateKey.decode(block, passphrase)
                : UnencryptedPrivateKey.decode(block);
    }

    private List<X509Certificate> parseCertificates() throws PemException {
        List<X509Certificate> certificates = new ArrayList<>();
        for (PemBlock block : blocks) {
            switch (block.label().kind()) {
                case CERTIFICATE -> certificates.add(parse(block));
                case CERTIFICATES -> certificates.addAll(parseAll(block));
                case KEY, OTHER -> {}
            }
        }
        if (certificates.isEmpty()) {
            throw new PemException("no certificate, only " + labels() + ": a CERTIFICATE block is needed");
        }
        return certificates;
    }

    private static X509Certificate parse(PemBlock block) throws PemException {
        try {
            return X509Certificates.parse(new ByteArrayInputStream(block.content()));
        } catch (CertificateException e) {
            // Without the cause, whose message quotes the content, because the content may be a key.
            if (!BouncyCastleJars.supportPki() || !isCertificate(block)) {
                throw new PemException("the certificate at line " + block.line()
                        + " cannot be parsed: the content is not an X.509 certificate");
            }
            return parseUnusual(block, e);
        }
    }

    /** Parses a certificate with Bouncy Castle, which supports more elliptic curves than the JDK. */
    private static X509Certificate parseUnusual(PemBlock block, CertificateException refusal) throws PemException {
        try {
            return (X509Certificate) CertificateFactory.getInstance("X.509", BouncyCastle.PROVIDER)
                    .generateCertificate(new ByteArrayInputStream(block.content()));
        } catch (CertificateException e) {
            throw new PemException(
                    "the certificate at line " + block.line() + " cannot be parsed: " + Printable.reasons(refusal));
        }
    }

    private static List<X509Certificate> parseAll(PemBlock block) throws PemException {
        try {
            return X509Certificates.parseAll(new ByteArrayInputStream(block.content()));
        } catch (CertificateException e) {
            throw new PemException("the certificates at line " + block.line()
                    + " cannot be parsed: the content is not PKCS #7 with X.509 certificates");
        }
    }

    /** Whether the content has the structure of a certificate (RFC 5280 4.1), and therefore contains no secret. */
    private static boolean isCertificate(PemBlock block) {
        try {
            Certificate.getInstance(block.content());
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private String labels() {
        return blocks.isEmpty()
                ? "other blocks"
                : blocks.stream()
                        .map(PemBlock::label)
                        .distinct()
                        .map(PemLabel::toString)
                        .collect(Collectors.joining(", "));
    }

    private IllegalArgumentException invalid(PemException e) {
        return new IllegalArgumentException(name + ": " + e.getMessage());
    }
}
