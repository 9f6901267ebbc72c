package io.parktls.pki;

import io.parktls.jca.X509Certificates;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A text with certificates and keys in PEM. Its exceptions name the text and say what is wrong with it, but tell nothing
 * of keys and passphrases.
 */
public final class Pem {
    private final String name;
    private final List<PemBlock> blocks;

    private Pem(String name, String text) {
        this.name = name;
        try {
            this.blocks = PemBlock.parse(text);
        } catch (PemException e) {
            throw invalid(e);
        }
        if (blocks.isEmpty()) {
            throw invalid(new PemException(text.isBlank() ? "empty" : "no PEM: no line begins with -----BEGIN"));
        }
    }

    /**
     * The PEM in a file.
     *
     * @throws IOException if it cannot be read
     * @throws IllegalArgumentException if there is none, or it is broken
     */
    public static Pem read(Path file) throws IOException {
        return new Pem(file.toString(), new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
    }

    /**
     * The PEM in a text at hand.
     *
     * @param name what to call it in exceptions
     * @throws IllegalArgumentException if there is none, or it is broken
     */
    public static Pem of(String name, String text) {
        return new Pem(name, text);
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
                .filter(block -> block.type().endsWith("PRIVATE KEY"))
                .toList();
        try {
            return switch (keys.size()) {
                case 0 -> throw new PemException("no private key, only " + types());
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
            switch (block.type()) {
                // "TRUSTED": OpenSSL's, with attributes after the certificate proper. "X509": as old as SSLeay.
                case "CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE" -> certificates.add(parse(block));
                default -> {}
            }
        }
        if (certificates.isEmpty()) {
            throw new PemException("no certificate, only " + types());
        }
        return certificates;
    }

    private static X509Certificate parse(PemBlock block) throws PemException {
        try {
            return X509Certificates.parse(new ByteArrayInputStream(block.content()));
        } catch (CertificateException e) {
            throw new PemException("the certificate in line " + block.line() + " cannot be parsed", e);
        }
    }

    private String types() {
        return blocks.stream().map(PemBlock::type).distinct().map(Printable::of).collect(Collectors.joining(", "));
    }

    private IllegalArgumentException invalid(PemException e) {
        return new IllegalArgumentException(name + ": " + e.getMessage(), e.getCause());
    }
}
