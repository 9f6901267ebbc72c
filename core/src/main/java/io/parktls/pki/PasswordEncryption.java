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
 * Decrypts private keys that a passphrase protects: in PKCS #8 (RFC 5958 3, RFC 8018), and in OpenSSL's older form with the
 * header {@code DEK-Info}.
 *
 * <p>An algorithm that is not supported and a wrong passphrase are different errors: only the second is the user's to try
 * again.
 */
final class PasswordEncryption {
    /** The ciphers of Bouncy Castle's reader of the older form. */
    private static final Pattern TRADITIONAL =
            Pattern.compile("(?:AES-(?:128|192|256)|DES|DES-EDE3?|BF|RC2(?:-40|-64)?)-(?:CBC|CFB|OFB|ECB)|DES-EDE3?");

    /** Names that are not too long to hold part of a key. Those of known families may be longer. */
    private static final Pattern SHOWN = Pattern.compile(
            "(?:[A-Z0-9]{1,7}|CAMELLIA|CHACHA20|BLOWFISH|POLY1305|GOST28147|KUZNYECHIK)(?:-[A-Z0-9]{1,7}){0,3}");

    private static final String INSTEAD = ": encrypt the key with AES instead (openssl pkcs8 -topk8 -v2 aes-256-cbc)";

    private PasswordEncryption() {}

    /**
     * Decrypts a key in PKCS #8.
     *
     * @throws PemException if the algorithm is not supported, the passphrase is wrong or the content is broken
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
            throw notDecrypted(unsupported(algorithm, PasswordEncryption::isSupported) + INSTEAD);
        }
        try {
            return new PKCS8EncryptedPrivateKeyInfo(encrypted).decryptPrivateKeyInfo(same -> decryptor);
        } catch (PKCSException | IllegalArgumentException e) {
            throw wrongPassphrase();
        }
    }

    /**
     * Decrypts the content of a key in the older form.
     *
     * @throws PemException if the cipher is not supported, the passphrase is wrong or the content is broken
     */
    static byte[] decrypt(PemBlock.Encryption encryption, byte[] content, char[] passphrase) throws PemException {
        String cipher = encryption.cipher();
        if (cipher.isEmpty()) {
            throw new PemException("the encrypted private key has no header DEK-Info that names cipher and IV");
        }
        if (!TRADITIONAL.matcher(cipher).matches()) {
            String name = SHOWN.matcher(cipher).matches() ? cipher : "of the header DEK-Info";
            throw notDecrypted("unsupported cipher " + name + INSTEAD);
        }
        byte[] iv = encryption.iv();
        if (iv == null || iv.length != PemContent.ivLength(cipher)) {
            throw new PemException("the header DEK-Info of the encrypted private key has a broken IV: it should be "
                    + PemContent.ivLength(cipher) + " bytes in hexadecimal");
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
     * Names the part of an encryption that is not supported.
     *
     * @param supported whether a cipher is
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
                            + ", or its parameters are broken"
                    : "unsupported cipher " + AlgorithmNames.of(cipher.getAlgorithm());
        } catch (IllegalArgumentException | NullPointerException e) {
            return "the parameters of its encryption (" + scheme + ") are broken";
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

    /** Whether Bouncy Castle has the cipher and knows the length of its keys. */
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
