package io.parktls.pki;

import io.parktls.jca.X509Certificates;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.SignatureException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.jspecify.annotations.Nullable;

/** The result of checking whether the key of one certificate signed another certificate. */
enum IssuerSignature {
    VALID,
    INVALID,
    /**
     * Neither the JDK nor Bouncy Castle supports the algorithm or curve, and key type and identifiers do not conflict.
     */
    UNKNOWN;

    /** Verifies the signature of a certificate; if this JVM cannot, compares key types and key identifiers instead. */
    static IssuerSignature check(X509Certificate subject, X509Certificate issuer) {
        PublicKey key = issuer.getPublicKey();
        if (key == null) {
            // Bouncy Castle's certificates have no public key if it does not know the algorithm.
            return haveDifferentIdentifiers(subject, issuer) ? INVALID : UNKNOWN;
        }
        IssuerSignature result = verify(subject, key, false);
        if (result != VALID && BouncyCastleJars.supportPki()) {
            // The JDK also reports an invalid signature if it does not support the curve.
            IssuerSignature second = byBouncyCastle(subject, key);
            result = second == UNKNOWN ? result : second;
        }
        return result == UNKNOWN && (isOtherKeyType(subject, issuer) || haveDifferentIdentifiers(subject, issuer))
                ? INVALID
                : result;
    }

    private static IssuerSignature byBouncyCastle(X509Certificate subject, PublicKey key) {
        try {
            PublicKey converted = BouncyCastle.publicKey(SubjectPublicKeyInfo.getInstance(key.getEncoded()));
            return converted == null ? UNKNOWN : verify(subject, converted, true);
        } catch (IOException | RuntimeException e) {
            return UNKNOWN;
        }
    }

    private static IssuerSignature verify(X509Certificate subject, PublicKey key, boolean byBouncyCastle) {
        try {
            if (byBouncyCastle) {
                subject.verify(key, BouncyCastle.PROVIDER);
            } else {
                X509Certificates.verify(subject, key);
            }
            return VALID;
        } catch (SignatureException e) {
            // Some providers detect only during verification that they do not support the key.
            return e.getCause() instanceof InvalidKeyException || e.getCause() instanceof NoSuchAlgorithmException
                    ? UNKNOWN
                    : INVALID;
        } catch (GeneralSecurityException | RuntimeException e) {
            return UNKNOWN;
        }
    }

    /** Whether the names of the algorithms show that a key of another type made the signature. */
    private static boolean isOtherKeyType(X509Certificate subject, X509Certificate issuer) {
        String signature = PrivateKeys.signatureFamily(subject.getSigAlgName());
        String key = PrivateKeys.family(issuer.getPublicKey().getAlgorithm());
        return PrivateKeys.isKnownFamily(signature) && PrivateKeys.isKnownFamily(key) && !signature.equals(key);
    }

    /** RFC 5280 4.2.1.1: the authority key identifier of a certificate is the subject key identifier of its issuer. */
    private static boolean haveDifferentIdentifiers(X509Certificate subject, X509Certificate issuer) {
        if (!BouncyCastleJars.supportPki()) {
            return false;
        }
        byte[] wanted = extension(subject, Extension.authorityKeyIdentifier.getId());
        byte[] own = extension(issuer, Extension.subjectKeyIdentifier.getId());
        if (wanted == null || own == null) {
            return false;
        }
        try {
            byte[] identifier = AuthorityKeyIdentifier.getInstance(wanted).getKeyIdentifierOctets();
            return identifier != null
                    && !Arrays.equals(
                            identifier, SubjectKeyIdentifier.getInstance(own).getKeyIdentifier());
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static byte @Nullable [] extension(X509Certificate certificate, String id) {
        byte[] value = certificate.getExtensionValue(id);
        return value == null ? null : ASN1OctetString.getInstance(value).getOctets();
    }
}
