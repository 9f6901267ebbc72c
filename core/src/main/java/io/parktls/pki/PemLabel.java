package io.parktls.pki;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The known labels of PEM blocks (RFC 7468 3, OpenSSL's {@code pem.h}).
 *
 * <p>Messages use the label from this list and never the text between the hyphens, because in a PEM text without line
 * breaks this text may be the key itself.
 */
enum PemLabel {
    CERTIFICATE(Kind.CERTIFICATE),
    X509_CERTIFICATE(Kind.CERTIFICATE),
    /** OpenSSL's format, in which attributes follow the certificate. */
    TRUSTED_CERTIFICATE(Kind.CERTIFICATE),
    PKCS7(Kind.CERTIFICATES),
    PKCS_7_SIGNED_DATA("PKCS #7 SIGNED DATA", Kind.CERTIFICATES),
    CMS(Kind.CERTIFICATES),
    PRIVATE_KEY(Kind.KEY),
    ENCRYPTED_PRIVATE_KEY(Kind.KEY),
    RSA_PRIVATE_KEY(Kind.KEY),
    EC_PRIVATE_KEY(Kind.KEY),
    DSA_PRIVATE_KEY(Kind.KEY),
    DH_PRIVATE_KEY(Kind.KEY),
    ANY_PRIVATE_KEY(Kind.KEY),
    OPENSSH_PRIVATE_KEY(Kind.KEY),
    TSS_PRIVATE_KEY("TSS2 PRIVATE KEY", Kind.KEY),
    CERTIFICATE_REQUEST(Kind.OTHER),
    NEW_CERTIFICATE_REQUEST(Kind.OTHER),
    ATTRIBUTE_CERTIFICATE(Kind.OTHER),
    CERTIFICATE_PAIR(Kind.OTHER),
    X509_CRL(Kind.OTHER),
    PUBLIC_KEY(Kind.OTHER),
    RSA_PUBLIC_KEY(Kind.OTHER),
    DSA_PUBLIC_KEY(Kind.OTHER),
    ECDSA_PUBLIC_KEY(Kind.OTHER),
    EC_PUBLIC_KEY(Kind.OTHER),
    DH_PARAMETERS(Kind.OTHER),
    X942_DH_PARAMETERS("X9.42 DH PARAMETERS", Kind.OTHER),
    DSA_PARAMETERS(Kind.OTHER),
    EC_PARAMETERS(Kind.OTHER),
    SSL_SESSION_PARAMETERS(Kind.OTHER),
    ECHCONFIG(Kind.OTHER),
    OPENVPN_STATIC_KEY_V1("OpenVPN Static key V1", Kind.OTHER),
    SSH2_PUBLIC_KEY(Kind.OTHER),
    SSH2_ENCRYPTED_PRIVATE_KEY(Kind.OTHER),
    PGP_PUBLIC_KEY_BLOCK(Kind.OTHER),
    PGP_PRIVATE_KEY_BLOCK(Kind.OTHER),
    PGP_SIGNATURE(Kind.OTHER),
    PGP_MESSAGE(Kind.OTHER),
    PGP_SIGNED_MESSAGE(Kind.OTHER);

    /** The kind of content of a block, as far as it matters for identities and trust. */
    enum Kind {
        CERTIFICATE,
        /** A list of certificates in PKCS #7 (RFC 7468 8, 9). */
        CERTIFICATES,
        KEY,
        /** Content that is ignored. */
        OTHER
    }

    private static final Map<String, PemLabel> BY_LETTERS =
            Arrays.stream(values()).collect(Collectors.toMap(label -> letters(label.text), Function.identity()));

    /** Parts of words that indicate a misspelt label of a certificate or key. */
    private static final List<String> SUSPICIOUS = List.of("CERT", "TIFIC", "KEY", "PRIV", "PKCS", "X509");

    private final String text;
    private final Kind kind;

    PemLabel(Kind kind) {
        this.text = name().replace('_', ' ');
        this.kind = kind;
    }

    PemLabel(String text, Kind kind) {
        this.text = text;
        this.kind = kind;
    }

    Kind kind() {
        return kind;
    }

    /** Returns the label with the given text, ignoring case and white space; null if the label is unknown. */
    static @Nullable PemLabel of(String text) {
        return BY_LETTERS.get(letters(text));
    }

    /** Whether an unknown label may be a misspelt label of a certificate or key. */
    static boolean isSuspicious(String text) {
        String letters = letters(text);
        return SUSPICIOUS.stream().anyMatch(letters::contains);
    }

    /** Returns the label as it is written in a boundary. */
    @Override
    public String toString() {
        return text;
    }

    private static String letters(String text) {
        return text.replaceAll("\\s", "").toUpperCase(Locale.ROOT);
    }
}
