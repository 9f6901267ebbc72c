package io.parktls.pki;

import java.io.IOException;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.pkcs.AuthenticatedSafe;
import org.bouncycastle.asn1.pkcs.ContentInfo;
import org.bouncycastle.asn1.pkcs.EncryptedData;
import org.bouncycastle.asn1.pkcs.EncryptedPrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.MacData;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.Pfx;
import org.bouncycastle.asn1.pkcs.SafeBag;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.jspecify.annotations.Nullable;

/**
 * The algorithms that protect a PKCS #12 file (RFC 7292). The file names them in clear text, so this class can
 * determine whether the JDK supports them. The JDK itself reports a wrong password for all failures to decrypt.
 */
final class Pkcs12Algorithms {
    private final List<AlgorithmIdentifier> encryptions = new ArrayList<>();
    /** The name of the digest of the integrity check; null if the file has none. */
    private @Nullable String mac;

    private Pkcs12Algorithms() {}

    /** Returns the algorithms of a file; none if it is not PKCS #12 or is malformed. */
    static Pkcs12Algorithms of(byte[] content) {
        Pkcs12Algorithms found = new Pkcs12Algorithms();
        try {
            found.add(Pfx.getInstance(content));
        } catch (IllegalArgumentException | IllegalStateException | NullPointerException | ClassCastException e) {
            // Safe to ignore: the JDK reports a malformed file when it loads the store.
        }
        return found;
    }

    /** Describes the first algorithm that the JDK does not support, for a message; null if it supports all of them. */
    @Nullable
    String unsupported() {
        for (AlgorithmIdentifier encryption : encryptions) {
            if (!isSupported(encryption)) {
                return PasswordEncryption.unsupported(encryption, Pkcs12Algorithms::isSupportedCipher);
            }
        }
        return mac == null || isSupportedMac(mac) ? null : "unsupported integrity check (MAC) with " + mac;
    }

    private void add(Pfx file) {
        MacData macData = file.getMacData();
        if (macData != null) {
            mac = AlgorithmNames.of(macData.getMac().getAlgorithmId().getAlgorithm());
        }
        for (ContentInfo part :
                AuthenticatedSafe.getInstance(octets(file.getAuthSafe())).getContentInfo()) {
            if (part.getContentType().equals(PKCSObjectIdentifiers.encryptedData)) {
                encryptions.add(EncryptedData.getInstance(part.getContent()).getEncryptionAlgorithm());
            } else if (part.getContentType().equals(PKCSObjectIdentifiers.data)) {
                for (ASN1Encodable element : ASN1Sequence.getInstance(octets(part))) {
                    add(SafeBag.getInstance(element));
                }
            }
        }
    }

    private void add(SafeBag bag) {
        if (bag.getBagId().equals(PKCSObjectIdentifiers.pkcs8ShroudedKeyBag)) {
            encryptions.add(
                    EncryptedPrivateKeyInfo.getInstance(bag.getBagValue()).getEncryptionAlgorithm());
        }
    }

    private static byte[] octets(ContentInfo data) {
        return ASN1OctetString.getInstance(data.getContent()).getOctets();
    }

    private static boolean isSupported(AlgorithmIdentifier encryption) {
        String id = encryption.getAlgorithm().getId();
        try {
            if (!encryption.getAlgorithm().equals(PKCSObjectIdentifiers.id_PBES2)) {
                Cipher.getInstance(id);
                return true;
            }
            AlgorithmParameters parameters = AlgorithmParameters.getInstance("PBES2");
            parameters.init(encryption.getParameters().toASN1Primitive().getEncoded());
            // toString of the parameters is the name of the cipher, for example PBEWithHmacSHA256AndAES_256.
            Cipher.getInstance(parameters.toString());
            return true;
        } catch (GeneralSecurityException | IOException e) {
            return false;
        }
    }

    private static boolean isSupportedMac(String digest) {
        try {
            // The JDK's names look like HmacPBESHA512/256.
            Mac.getInstance("HmacPBE" + digest.replaceAll("[-)]", "").replace('(', '/'));
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** AES in CBC mode is the only cipher that the JDK supports in PBES2. */
    private static boolean isSupportedCipher(AlgorithmIdentifier cipher) {
        return AlgorithmNames.of(cipher.getAlgorithm()).matches("AES-\\d+-CBC");
    }
}
