package io.parktls.pki;

import io.parktls.jca.JcaProviders;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Map;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.EncryptedPrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.RSAPrivateKey;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.jspecify.annotations.Nullable;

/**
 * Private keys in the forms in which PEM has them: PKCS#8 plain and encrypted (RFC 5958), PKCS#1 (RFC 8017 A.1.2) and
 * SEC 1 (RFC 5915), these two also encrypted the way OpenSSL used to.
 *
 * <p>No exception has a cause here: those of the parsers quote what they stumbled on.
 */
final class PemPrivateKey {
    /** Key algorithms of the JDK. */
    private static final Map<ASN1ObjectIdentifier, String> JDK_ALGORITHMS = Map.of(
            PKCSObjectIdentifiers.rsaEncryption, "RSA",
            PKCSObjectIdentifiers.id_RSASSA_PSS, "RSASSA-PSS",
            X9ObjectIdentifiers.id_ecPublicKey, "EC",
            EdECObjectIdentifiers.id_Ed25519, "Ed25519",
            EdECObjectIdentifiers.id_Ed448, "Ed448");

    private PemPrivateKey() {}

    /**
     * The key in that block; one of the JDK's own where the JDK knows the algorithm.
     *
     * @param passphrase null if there is none
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
            throw new PemException("the private key cannot be parsed");
        }
    }

    private static PrivateKeyInfo decryptPkcs8(PemBlock block, char @Nullable [] passphrase) throws PemException {
        char[] secret = require(passphrase);
        EncryptedPrivateKeyInfo encrypted;
        try {
            encrypted = EncryptedPrivateKeyInfo.getInstance(block.content());
        } catch (IllegalArgumentException e) {
            throw new PemException("the encrypted private key cannot be parsed");
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
            // The padding of a wrong decryption is right once in 256 times.
            throw encryption == null
                    ? new PemException("the private key cannot be parsed")
                    : PasswordEncryption.wrongPassphrase();
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
                    "the EC private key does not name its curve: convert it with openssl pkcs8 -topk8, which needs the curve, or create"
                            + " a new key");
        }
        return new PrivateKeyInfo(new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, curve), key);
    }

    private static PrivateKey toKey(PrivateKeyInfo info) throws PemException {
        ASN1ObjectIdentifier algorithm = info.getPrivateKeyAlgorithm().getAlgorithm();
        String jdkAlgorithm = JDK_ALGORITHMS.get(algorithm);
        try {
            PrivateKey key = jdkAlgorithm == null ? null : jdkKey(jdkAlgorithm, info);
            if (key == null) {
                key = BouncyCastle.privateKey(info);
            }
            if (key != null) {
                return key;
            }
        } catch (IOException | IllegalArgumentException e) {
            throw new PemException("the private key cannot be parsed");
        }
        throw new PemException("private keys of algorithm " + AlgorithmNames.of(algorithm)
                + " are not supported: TLS needs" + " an RSA, EC or Ed25519 key");
    }

    /** Null if the JDK cannot do with it, for instance because of its curve. */
    private static @Nullable PrivateKey jdkKey(String algorithm, PrivateKeyInfo info) throws IOException {
        // Without the public key that version 2 may carry (RFC 5958), which not all of the JDK's parsers expect.
        byte[] encoded = new PrivateKeyInfo(info.getPrivateKeyAlgorithm(), info.parsePrivateKey()).getEncoded();
        try {
            return JcaProviders.first(
                    algorithm,
                    provider -> KeyFactory.getInstance(algorithm, provider)
                            .generatePrivate(new PKCS8EncodedKeySpec(encoded)));
        } catch (GeneralSecurityException e) {
            return null;
        } finally {
            Arrays.fill(encoded, (byte) 0);
        }
    }

    private static char[] require(char @Nullable [] passphrase) throws PemException {
        if (passphrase == null) {
            throw new PemException("the private key is encrypted, and there is no passphrase: give one, or decrypt the"
                    + " file with openssl pkey");
        }
        return passphrase;
    }
}
