package io.parktls.pki;

import io.parktls.jca.JdkKeys;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.util.Arrays;
import java.util.Map;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.EncryptedPrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.RSAPrivateKey;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the formats of private keys in PEM: PKCS #8, plain and encrypted (RFC 5958), PKCS #1 (RFC 8017 A.1.2), and
 * SEC 1 (RFC 5915). Keys in PKCS #1 and SEC 1 may be encrypted in OpenSSL's traditional format.
 *
 * <p>Exceptions have no cause, because the messages of parsers quote their input.
 */
final class PemPrivateKey {
    /** The key algorithms that the JDK supports, with the JDK's names for them. */
    private static final Map<ASN1ObjectIdentifier, String> JDK_ALGORITHMS = Map.of(
            PKCSObjectIdentifiers.rsaEncryption, "RSA",
            PKCSObjectIdentifiers.id_RSASSA_PSS, "RSASSA-PSS",
            X9ObjectIdentifiers.id_ecPublicKey, "EC",
            EdECObjectIdentifiers.id_Ed25519, "Ed25519",
            EdECObjectIdentifiers.id_Ed448, "Ed448",
            NISTObjectIdentifiers.id_ml_dsa_44, "ML-DSA-44",
            NISTObjectIdentifiers.id_ml_dsa_65, "ML-DSA-65",
            NISTObjectIdentifiers.id_ml_dsa_87, "ML-DSA-87");

    private PemPrivateKey() {}

    /**
     * Returns the private key in a block. The key is an object of the JDK's if the JDK supports its algorithm.
     *
     * @param passphrase decrypts the key; null if there is none
     * @throws PemException if the key cannot be decrypted or parsed, or its type is not supported
     */
    static PrivateKey decode(PemBlock block, char @Nullable [] passphrase) throws PemException {
        return switch (block.label()) {
            case PRIVATE_KEY -> toKey(parsePkcs8(block.content()));
            case ENCRYPTED_PRIVATE_KEY -> toKey(decryptPkcs8(block, passphrase));
            case RSA_PRIVATE_KEY, EC_PRIVATE_KEY -> toKey(traditional(block, passphrase));
            case OPENSSH_PRIVATE_KEY ->
                throw new PemException("private keys of type OPENSSH PRIVATE KEY are not supported: convert a copy of"
                        + " the file with ssh-keygen -p -m PKCS8 -f FILE");
            default ->
                throw new PemException("private keys of type " + block.label() + " are not supported: TLS needs an RSA,"
                        + " EC or Ed25519 key, in a PRIVATE KEY block (PKCS #8)");
        };
    }

    private static PrivateKeyInfo parsePkcs8(byte[] content) throws PemException {
        try {
            return PrivateKeyInfo.getInstance(content);
        } catch (IllegalArgumentException e) {
            throw unparsable();
        }
    }

    private static PrivateKeyInfo decryptPkcs8(PemBlock block, char @Nullable [] passphrase) throws PemException {
        char[] secret = require(passphrase);
        EncryptedPrivateKeyInfo encrypted;
        try {
            encrypted = EncryptedPrivateKeyInfo.getInstance(block.content());
        } catch (IllegalArgumentException e) {
            throw new PemException("the encrypted private key cannot be parsed: the content is not PKCS #8");
        }
        return PasswordEncryption.decrypt(encrypted, secret);
    }

    private static PrivateKeyInfo traditional(PemBlock block, char @Nullable [] passphrase) throws PemException {
        PemBlock.Encryption encryption = block.encryption();
        byte[] content = encryption == null
                ? block.content()
                : PasswordEncryption.decrypt(encryption, block.content(), require(passphrase));
        try {
            return block.label() == PemLabel.RSA_PRIVATE_KEY ? fromPkcs1(content) : fromSec1(content);
        } catch (IOException | IllegalArgumentException e) {
            // With a wrong passphrase, the padding is valid by chance in about one of 256 cases.
            throw encryption == null ? unparsable() : PasswordEncryption.wrongPassphrase();
        } finally {
            if (encryption != null) {
                Arrays.fill(content, (byte) 0);
            }
        }
    }

    private static PrivateKeyInfo fromPkcs1(byte[] content) throws IOException {
        AlgorithmIdentifier algorithm = new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE);
        return new PrivateKeyInfo(algorithm, RSAPrivateKey.getInstance(content));
    }

    private static PrivateKeyInfo fromSec1(byte[] content) throws IOException, PemException {
        ECPrivateKey key = ECPrivateKey.getInstance(content);
        ASN1Encodable curve = key.getParametersObject();
        if (curve == null) {
            throw new PemException(
                    "the EC private key does not name its curve: export it again as PKCS #8 from where it was"
                            + " created, or create a new key");
        }
        return new PrivateKeyInfo(new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, curve), key);
    }

    private static PrivateKey toKey(PrivateKeyInfo info) throws PemException {
        ASN1ObjectIdentifier algorithm = info.getPrivateKeyAlgorithm().getAlgorithm();
        String jdkAlgorithm = JDK_ALGORITHMS.get(algorithm);
        try {
            PrivateKey key = jdkAlgorithm == null ? null : jdkKey(jdkAlgorithm, info);
            if (key == null && jdkAlgorithm != null && jdkAlgorithm.startsWith("ML-DSA")) {
                // The JDK has all parameter sets, and Bouncy Castle fails on malformed keys with undocumented
                // exceptions.
                throw unparsable();
            }
            if (key == null) {
                key = BouncyCastle.privateKey(info);
            }
            if (key != null) {
                return key;
            }
        } catch (IOException | IllegalArgumentException e) {
            throw unparsable();
        }
        throw new PemException("private keys of algorithm " + AlgorithmNames.of(algorithm)
                + " are not supported: TLS needs an RSA, EC, Ed25519 or ML-DSA key");
    }

    private static PemException unparsable() {
        return new PemException(
                "the private key cannot be parsed: the content of the block is malformed, or does not match its label");
    }

    /**
     * Returns the key as an object of the JDK's; null if the JDK does not support it, for instance because of its
     * curve.
     */
    private static @Nullable PrivateKey jdkKey(String algorithm, PrivateKeyInfo info) throws IOException {
        // Omit the public key that version 2 may contain (RFC 5958), because not all parsers of the JDK accept it.
        byte[] encoded = new PrivateKeyInfo(info.getPrivateKeyAlgorithm(), info.parsePrivateKey()).getEncoded();
        try {
            return JdkKeys.pkcs8(algorithm, encoded);
        } catch (GeneralSecurityException e) {
            return null;
        } finally {
            Arrays.fill(encoded, (byte) 0);
        }
    }

    private static char[] require(char @Nullable [] passphrase) throws PemException {
        if (passphrase == null) {
            throw new PemException("the private key is encrypted, and there is no passphrase: give the passphrase, or"
                    + " decrypt the file with openssl pkey");
        }
        return passphrase;
    }
}
