package io.parktls.pki;

import io.parktls.jca.JcaProviders;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.RSAPrivateKey;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.openssl.PEMException;
import org.bouncycastle.openssl.jcajce.JcePEMDecryptorProviderBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcePKCSPBEInputDecryptorProviderBuilder;
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
        return switch (block.type()) {
            case "PRIVATE KEY" -> toKey(parsePkcs8(block.content()));
            case "ENCRYPTED PRIVATE KEY" -> toKey(decryptPkcs8(block, passphrase));
            case "RSA PRIVATE KEY", "EC PRIVATE KEY" -> toKey(traditional(block, passphrase));
            default ->
                throw new PemException("private keys of type " + Printable.of(block.type()) + " are not supported");
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
        try {
            return new PKCS8EncryptedPrivateKeyInfo(block.content())
                    .decryptPrivateKeyInfo(new JcePKCSPBEInputDecryptorProviderBuilder()
                            .setProvider(BouncyCastle.PROVIDER)
                            .build(secret));
        } catch (IOException e) {
            throw new PemException("the encrypted private key cannot be parsed");
        } catch (PKCSException | IllegalArgumentException e) {
            throw notDecrypted();
        }
    }

    private static PrivateKeyInfo traditional(PemBlock block, char @Nullable [] passphrase) throws PemException {
        boolean encrypted = block.headers().getOrDefault("Proc-Type", "").endsWith("ENCRYPTED");
        byte[] content = encrypted ? decryptTraditional(block, require(passphrase)) : block.content();
        try {
            return block.type().startsWith("RSA") ? fromPkcs1(content) : fromSec1(content);
        } catch (IOException | IllegalArgumentException e) {
            // The padding of a wrong decryption is right once in 256 times.
            throw encrypted ? notDecrypted() : new PemException("the private key cannot be parsed");
        } finally {
            if (encrypted) {
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
            throw new PemException("the EC private key does not say its curve");
        }
        return new PrivateKeyInfo(new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, curve), key);
    }

    /** OpenSSL's encryption of old: a cipher by name and its IV in {@code DEK-Info}, the key from an MD5 of both. */
    private static byte[] decryptTraditional(PemBlock block, char[] passphrase) throws PemException {
        List<String> dekInfo =
                List.of(block.headers().getOrDefault("DEK-Info", "").split(",", -1));
        if (dekInfo.size() != 2) {
            throw new PemException("the encrypted private key has no DEK-Info that names cipher and IV");
        }
        try {
            return new JcePEMDecryptorProviderBuilder()
                    .setProvider(BouncyCastle.PROVIDER)
                    .build(passphrase)
                    .get(dekInfo.get(0).strip())
                    .decrypt(
                            block.content(),
                            HexFormat.of().parseHex(dekInfo.get(1).strip()));
        } catch (PEMException | OperatorCreationException | IllegalArgumentException e) {
            throw notDecrypted();
        }
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
        throw new PemException("private keys of algorithm " + algorithm.getId() + " are not supported");
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
            throw new PemException("the private key is encrypted, and there is no passphrase");
        }
        return passphrase;
    }

    private static PemException notDecrypted() {
        return new PemException("the private key cannot be decrypted: wrong passphrase, or broken");
    }
}
