package io.parktls.tickets;

import io.parktls.jca.RawKey;
import io.parktls.record.AeadAlgorithm;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/**
 * AES-256-GCM with a key and a nonce that are used for one ticket only. Ciphers come from a pool, and their key is
 * overwritten before they return to it. Thread-safe.
 */
final class TicketCipher {
    /** The length of a key and the nonce that follows it, in bytes. */
    static final int SECRETS = 32 + AeadAlgorithm.NONCE;

    private static final AeadAlgorithm ALGORITHM = AeadAlgorithm.AES_256_GCM;
    private static final byte[] NO_SECRETS = new byte[SECRETS];

    private TicketCipher() {}

    /**
     * Encrypts {@code plaintext} to a position in {@code ticket}, followed by the authentication tag.
     *
     * @param secrets a key, then a nonce: {@value #SECRETS} bytes
     * @param name is authenticated, and so is {@code associatedData}; its length is fixed, so that the two cannot be
     *     confused
     */
    static void seal(byte[] secrets, byte[] name, byte[] associatedData, byte[] plaintext, byte[] ticket, int offset) {
        Cipher cipher = ALGORITHM.takeCipher();
        try {
            initialize(cipher, Cipher.ENCRYPT_MODE, secrets);
            cipher.updateAAD(name);
            cipher.updateAAD(associatedData);
            cipher.doFinal(plaintext, 0, plaintext.length, ticket, offset);
            clear(cipher, Cipher.ENCRYPT_MODE);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the security provider cannot seal a session ticket", e);
        }
    }

    /** Decrypts a ticket from a position on. Returns null if it is not authentic. */
    static byte @Nullable [] open(byte[] secrets, byte[] name, byte[] associatedData, byte[] ticket, int offset) {
        Cipher cipher = ALGORITHM.takeCipher();
        try {
            initialize(cipher, Cipher.DECRYPT_MODE, secrets);
            cipher.updateAAD(name);
            cipher.updateAAD(associatedData);
            byte[] plaintext = cipher.doFinal(ticket, offset, ticket.length - offset);
            clear(cipher, Cipher.DECRYPT_MODE);
            return plaintext;
        } catch (GeneralSecurityException e) {
            // The cipher does not return to the pool, because it failed.
            return null;
        }
    }

    /**
     * Overwrites the key of a cipher and returns it to the pool. The mode is the one in which it was used: the JDK keeps
     * a copy of the last key for encryption, which only the next key for encryption overwrites.
     */
    private static void clear(Cipher cipher, int mode) throws GeneralSecurityException {
        initialize(cipher, mode, NO_SECRETS);
        ALGORITHM.giveCipher(cipher);
    }

    private static void initialize(Cipher cipher, int mode, byte[] secrets) throws GeneralSecurityException {
        int keyLength = ALGORITHM.keyLength();
        SecretKey key = new RawKey(secrets, 0, keyLength, ALGORITHM.keyAlgorithm());
        byte[] nonce = new byte[AeadAlgorithm.NONCE];
        System.arraycopy(secrets, keyLength, nonce, 0, nonce.length);
        cipher.init(mode, key, ALGORITHM.parameters(nonce));
    }
}
