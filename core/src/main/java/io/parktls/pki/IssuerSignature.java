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

/** The result of checking here whether the key of one certificate has signed another. */
enum IssuerSignature {
    VALID,
    INVALID,
    /** Neither the JDK nor Bouncy Castle knows the algorithm or the curve, and nothing else speaks against it. */
    UNKNOWN;

    /** Looks at the signature of a certificate, and where that cannot be verified, at the key identifiers. */
    static IssuerSignature check(X509Certificate subject, X509Certificate issuer) {
        PublicKey key = issuer.getPublicKey();
        if (key == null) {
            // Bouncy Castle's certificates have none if it does not know the algorithm.
            return haveOtherIdentifiers(subject, issuer) ? INVALID : UNKNOWN;
        }
        IssuerSignature result = verify(subject, key, false);
        if (result != VALID && BouncyCastleJars.areFitForPki()) {
            // The JDK reports a curve that it does not know as a signature that is not valid.
            IssuerSignature second = byBouncyCastle(subject, key);
            result = second == UNKNOWN ? result : second;
        }
        return result == UNKNOWN && (isOtherFamily(subject, issuer) || haveOtherIdentifiers(subject, issuer))
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
            // Some providers find only here that they cannot use the key.
            return e.getCause() instanceof InvalidKeyException || e.getCause() instanceof NoSuchAlgorithmException
                    ? UNKNOWN
                    : INVALID;
        } catch (GeneralSecurityException | RuntimeException e) {
            return UNKNOWN;
        }
    }

    /** Whether the signature was made by another kind of key, as far as the names of the algorithms tell. */
    private static boolean isOtherFamily(X509Certificate subject, X509Certificate issuer) {
        String signature = PrivateKeys.signatureFamily(subject.getSigAlgName());
        String key = PrivateKeys.family(issuer.getPublicKey().getAlgorithm());
        return PrivateKeys.isKnownFamily(signature) && PrivateKeys.isKnownFamily(key) && !signature.equals(key);
    }

    /** RFC 5280 4.2.1.1: the authority key identifier of a certificate is the subject key identifier of its issuer. */
    private static boolean haveOtherIdentifiers(X509Certificate subject, X509Certificate issuer) {
        if (!BouncyCastleJars.areFitForPki()) {
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
