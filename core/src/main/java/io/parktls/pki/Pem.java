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
 * A text with certificates and keys in PEM. Its exceptions name the text, the line and the problem. They never repeat
 * any of the text, and they have no cause, because the messages of parsers quote their input.
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
                throw new PemException(text.toString().isBlank() ? "empty" : "no PEM: no line begins with -----BEGIN");
            }
        } catch (PemException e) {
            throw invalid(e);
        }
    }

    /**
     * The PEM in a file.
     *
     * @throws IOException if it cannot be read
     * @throws IllegalArgumentException if there is none, or it is broken
     */
    public static Pem read(Path file) throws IOException {
        String name = file.toString();
        byte[] content = KeyFiles.read(file);
        if (content.length > 1 && content[0] == DER_SEQUENCE && content[1] < 0) {
            throw new IllegalArgumentException(name + ": no PEM, but binary (DER): convert it to PEM, or load it with"
                    + " TlsIdentity.keyStore if it is a PKCS #12 key store");
        }
        return new Pem(name, PemText.of(content));
    }

    /**
     * The PEM in a text at hand.
     *
     * @param name what to call it in exceptions
     * @throws IllegalArgumentException if there is none, or it is broken
     */
    public static Pem of(String name, String text) {
        return new Pem(name, PemText.of(text));
    }

    /** What to call it. */
    public String name() {
        return name;
    }

    /**
     * All certificates, in the order of the text; keys and whatever else there is are passed over.
     *
     * @throws IllegalArgumentException if there is none, or one cannot be parsed
     */
    public List<X509Certificate> certificates() {
        try {
            return parseCertificates();
        } catch (PemException e) {
            throw invalid(e);
        }
    }

    /**
     * The private key.
     *
     * @param passphrase to decrypt it with; null if it is not encrypted
     * @throws IllegalArgumentException if there is not exactly one, or it cannot be decrypted or parsed
     */
    public PrivateKey privateKey(char @Nullable [] passphrase) {
        List<PemBlock> keys = blocks.stream()
                .filter(block -> block.label().kind() == PemLabel.Kind.KEY)
                .toList();
        try {
            return switch (keys.size()) {
                case 0 -> throw new PemException("no private key, only " + labels());
                case 1 ->
                    BouncyCastleJars.areFitForPki()
                            ? PemPrivateKey.decode(keys.getFirst(), passphrase)
                            : BarePrivateKey.decode(keys.getFirst());
                default -> throw new PemException(keys.size() + " private keys where one is expected");
            };
        } catch (PemException e) {
            throw invalid(e);
        }
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
            throw new PemException("no certificate, only " + labels());
        }
        return certificates;
    }

    private static X509Certificate parse(PemBlock block) throws PemException {
        try {
            return X509Certificates.parse(new ByteArrayInputStream(block.content()));
        } catch (CertificateException e) {
            // Without the cause, which may quote: a key may stand between the boundaries of a certificate.
            if (!BouncyCastleJars.areFitForPki() || !isCertificate(block)) {
                throw new PemException("the certificate in line " + block.line()
                        + " cannot be parsed: the content is not an X.509 certificate");
            }
            return parseUnusual(block, e);
        }
    }

    /** The JDK refuses certificates for keys on curves that it does not know; Bouncy Castle knows more of them. */
    private static X509Certificate parseUnusual(PemBlock block, CertificateException refusal) throws PemException {
        try {
            return (X509Certificate) CertificateFactory.getInstance("X.509", BouncyCastle.PROVIDER)
                    .generateCertificate(new ByteArrayInputStream(block.content()));
        } catch (CertificateException e) {
            throw new PemException(
                    "the certificate in line " + block.line() + " cannot be parsed: " + Printable.reasons(refusal));
        }
    }

    private static List<X509Certificate> parseAll(PemBlock block) throws PemException {
        try {
            return X509Certificates.parseAll(new ByteArrayInputStream(block.content()));
        } catch (CertificateException e) {
            throw new PemException("the certificates in line " + block.line() + " cannot be parsed");
        }
    }

    /** Whether the content has the structure of a certificate (RFC 5280 4.1), and so nothing secret. */
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
