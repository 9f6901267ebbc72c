package io.parktls.pki;

import java.security.GeneralSecurityException;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import org.bouncycastle.asn1.pkcs.EncryptedPrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.PBES2Parameters;
import org.bouncycastle.asn1.pkcs.PBKDF2Params;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.openssl.PEMException;
import org.bouncycastle.openssl.jcajce.JcePEMDecryptorProviderBuilder;
import org.bouncycastle.operator.DefaultSecretKeySizeProvider;
import org.bouncycastle.operator.InputDecryptor;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcePKCSPBEInputDecryptorProviderBuilder;

/**
 * Decrypts private keys that are encrypted with a passphrase, in PKCS #8 (RFC 5958 3, RFC 8018) or in OpenSSL's
 * traditional format with the header {@code DEK-Info}.
 *
 * <p>Messages distinguish an unsupported algorithm from a wrong passphrase, because only in the latter case can the
 * user try another passphrase.
 */
final class PasswordEncryption {
    /** The ciphers that Bouncy Castle supports in the traditional format. */
    private static final Pattern TRADITIONAL =
            Pattern.compile("(?:AES-(?:128|192|256)|DES|DES-EDE3?|BF|RC2(?:-40|-64)?)-(?:CBC|CFB|OFB|ECB)|DES-EDE3?");

    /** Names that a message may contain, because they are known or too short to contain a part of a key. */
    private static final Pattern PRINTABLE_NAME = Pattern.compile(
            "(?:[A-Z0-9]{1,7}|CAMELLIA|CHACHA20|BLOWFISH|POLY1305|GOST28147|KUZNYECHIK)(?:-[A-Z0-9]{1,7}){0,3}");

    private static final String ADVICE = ": encrypt the key with AES instead (openssl pkcs8 -topk8 -v2 aes-256-cbc)";

    private PasswordEncryption() {}

    /**
     * Decrypts a key in PKCS #8.
     *
     * @throws PemException if the algorithm is not supported, the passphrase is wrong or the content is malformed
     */
    static PrivateKeyInfo decrypt(EncryptedPrivateKeyInfo encrypted, char[] passphrase) throws PemException {
        AlgorithmIdentifier algorithm = encrypted.getEncryptionAlgorithm();
        InputDecryptor decryptor;
        try {
            decryptor = new JcePKCSPBEInputDecryptorProviderBuilder()
                    .setProvider(BouncyCastle.PROVIDER)
                    .build(passphrase)
                    .get(algorithm);
        } catch (OperatorCreationException | IllegalArgumentException e) {
            if (passphrase.length == 0) {
                throw wrongPassphrase();
            }
            throw notDecrypted(unsupported(algorithm, PasswordEncryption::isSupported) + ADVICE);
        }
        try {
            return new PKCS8EncryptedPrivateKeyInfo(encrypted).decryptPrivateKeyInfo(same -> decryptor);
        } catch (PKCSException | IllegalArgumentException e) {
            throw wrongPassphrase();
        }
    }

    /**
     * Decrypts the content of a key in the traditional format.
     *
     * @throws PemException if the cipher is not supported, the passphrase is wrong or the content is malformed
     */
    static byte[] decrypt(PemBlock.Encryption encryption, byte[] content, char[] passphrase) throws PemException {
        String cipher = encryption.cipher();
        if (cipher.isEmpty()) {
            throw new PemException(
                    "the encrypted private key has no valid header DEK-Info, which names the cipher and the IV");
        }
        if (!TRADITIONAL.matcher(cipher).matches()) {
            String name = PRINTABLE_NAME.matcher(cipher).matches() ? cipher : "in the header DEK-Info";
            throw notDecrypted("unsupported cipher " + name + ADVICE);
        }
        byte[] iv = encryption.iv();
        if (iv == null || iv.length != PemContent.ivLength(cipher)) {
            throw new PemException("the header DEK-Info of the encrypted private key has an invalid IV: " + cipher
                    + " needs " + PemContent.ivLength(cipher) + " bytes in hexadecimal");
        }
        try {
            return new JcePEMDecryptorProviderBuilder()
                    .setProvider(BouncyCastle.PROVIDER)
                    .build(passphrase)
                    .get(cipher)
                    .decrypt(content, iv);
        } catch (PEMException | OperatorCreationException | IllegalArgumentException e) {
            throw wrongPassphrase();
        }
    }

    static PemException wrongPassphrase() {
        return notDecrypted("wrong passphrase, or the file is damaged");
    }

    /**
     * Describes the part of an encryption algorithm that is not supported, for a message.
     *
     * @param supported tests whether a cipher is supported
     */
    static String unsupported(AlgorithmIdentifier algorithm, Predicate<AlgorithmIdentifier> supported) {
        String scheme = AlgorithmNames.of(algorithm.getAlgorithm());
        if (!algorithm.getAlgorithm().equals(PKCSObjectIdentifiers.id_PBES2)) {
            return "unsupported encryption " + scheme;
        }
        try {
            PBES2Parameters parts = PBES2Parameters.getInstance(algorithm.getParameters());
            AlgorithmIdentifier cipher = AlgorithmIdentifier.getInstance(parts.getEncryptionScheme());
            return supported.test(cipher)
                    ? "unsupported key derivation "
                            + derivation(AlgorithmIdentifier.getInstance(parts.getKeyDerivationFunc()))
                            + ", or its parameters are malformed"
                    : "unsupported cipher " + AlgorithmNames.of(cipher.getAlgorithm());
        } catch (IllegalArgumentException | NullPointerException e) {
            return "the parameters of its encryption algorithm " + scheme + " are malformed";
        }
    }

    private static String derivation(AlgorithmIdentifier function) {
        String name = AlgorithmNames.of(function.getAlgorithm());
        return function.getAlgorithm().equals(PKCSObjectIdentifiers.id_PBKDF2)
                ? name + " with "
                        + AlgorithmNames.of(PBKDF2Params.getInstance(function.getParameters())
                                .getPrf()
                                .getAlgorithm())
                : name;
    }

    /** Whether Bouncy Castle supports a cipher and determines the length of its keys. */
    private static boolean isSupported(AlgorithmIdentifier cipher) {
        try {
            Cipher.getInstance(cipher.getAlgorithm().getId(), BouncyCastle.PROVIDER);
            return DefaultSecretKeySizeProvider.INSTANCE.getKeySize(cipher) > 0;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static PemException notDecrypted(String reason) {
        return new PemException("the private key cannot be decrypted: " + reason);
    }
}
