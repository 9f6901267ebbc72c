package io.parktls.bench.jmh.primitive;

import io.parktls.CipherSuite;
import java.security.GeneralSecurityException;
import java.security.spec.AlgorithmParameterSpec;
import java.util.SplittableRandom;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The JDK's cipher of one connection, with the operations that each record needs (RFC 8446 5.2): the limit for any
 * record layer. For one thread.
 */
public final class RecordCipher {
    private static final int TAG = 16;
    private static final int NONCE = 12;
    private static final int HEADER = 5;

    private final boolean chaCha;
    private final Cipher sealing;
    private final Cipher opening;
    private final SecretKeySpec key;
    private final byte[] nonce = new byte[NONCE];
    private final byte[] header = new byte[HEADER];

    /** @param suite a suite of TLS 1.3 */
    public RecordCipher(CipherSuite suite, SplittableRandom random) throws GeneralSecurityException {
        chaCha = suite == CipherSuite.TLS_CHACHA20_POLY1305_SHA256;
        String transformation = chaCha ? "ChaCha20-Poly1305" : "AES/GCM/NoPadding";
        sealing = Cipher.getInstance(transformation, "SunJCE");
        opening = Cipher.getInstance(transformation, "SunJCE");
        byte[] bytes = new byte[suite == CipherSuite.TLS_AES_128_GCM_SHA256 ? 16 : 32];
        random.nextBytes(bytes);
        key = new SecretKeySpec(bytes, chaCha ? "ChaCha20" : "AES");
    }

    /** The plaintext of a record with that much data: TLS 1.3 encrypts the content type too. */
    public static byte[] plaintext(int data) {
        return new byte[data + 1];
    }

    /** A buffer for the sealed form of a record with that much data. */
    public static byte[] sealed(int data) {
        return new byte[data + 1 + TAG];
    }

    /**
     * Seals a record and opens it again.
     *
     * @param opened receives the plaintext; may be the same array
     */
    public void sealAndOpen(byte[] plaintext, byte[] sealed, byte[] opened) throws GeneralSecurityException {
        seal(plaintext, sealed);
        open(sealed, opened);
    }

    /** Seals a record. */
    public void seal(byte[] plaintext, byte[] sealed) throws GeneralSecurityException {
        nextNonce();
        sealing.init(Cipher.ENCRYPT_MODE, key, parameters());
        sealing.updateAAD(header);
        sealing.doFinal(plaintext, 0, plaintext.length, sealed, 0);
    }

    /** Opens the record that was sealed last. */
    public void open(byte[] sealed, byte[] opened) throws GeneralSecurityException {
        opening.init(Cipher.DECRYPT_MODE, key, parameters());
        opening.updateAAD(header);
        opening.doFinal(sealed, 0, sealed.length, opened, 0);
    }

    private AlgorithmParameterSpec parameters() {
        return chaCha ? new IvParameterSpec(nonce) : new GCMParameterSpec(8 * TAG, nonce);
    }

    private void nextNonce() {
        for (int i = NONCE - 1; ++nonce[i] == 0; ) {
            i--;
        }
    }
}
