package io.parktls.bench.jmh;

import io.parktls.CipherSuite;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.spec.AlgorithmParameterSpec;
import java.util.SplittableRandom;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The JDK's cipher alone, with the operations that each record needs (RFC 8446 5.2): the limit for any record layer. */
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH sets the fields
public class CipherBenchmark {
    private static final int TAG = 16;
    private static final int NONCE = 12;
    private static final int RECORD_HEADER = 5;

    /** The data of a record and the content type, which TLS 1.3 encrypts too. */
    private static final int INNER_PLAINTEXT = 16_384 + 1;

    @Param("TLS_AES_128_GCM_SHA256")
    public CipherSuite suite;

    private final byte[] header = new byte[RECORD_HEADER];
    private final byte[] plaintext = new byte[INNER_PLAINTEXT];
    private final byte[] sealed = new byte[INNER_PLAINTEXT + TAG];
    private final byte[] opened = new byte[INNER_PLAINTEXT];
    private final byte[] nonce = new byte[NONCE];
    private Key key;
    private Cipher encryption;
    private Cipher decryption;

    @Setup
    public void open() throws GeneralSecurityException {
        new SplittableRandom(1).nextBytes(plaintext);
        boolean chaCha = suite == CipherSuite.TLS_CHACHA20_POLY1305_SHA256;
        key = new SecretKeySpec(
                new byte[suite == CipherSuite.TLS_AES_128_GCM_SHA256 ? 16 : 32], chaCha ? "ChaCha20" : "AES");
        String transformation = chaCha ? "ChaCha20-Poly1305" : "AES/GCM/NoPadding";
        encryption = Cipher.getInstance(transformation);
        decryption = Cipher.getInstance(transformation);
    }

    @Benchmark
    public Object sealAndOpen(CpuTime cpu) throws GeneralSecurityException {
        cpu.count();
        nextNonce();
        AlgorithmParameterSpec parameters = suite == CipherSuite.TLS_CHACHA20_POLY1305_SHA256
                ? new IvParameterSpec(nonce)
                : new GCMParameterSpec(8 * TAG, nonce);
        encryption.init(Cipher.ENCRYPT_MODE, key, parameters);
        encryption.updateAAD(header);
        int length = encryption.doFinal(plaintext, 0, INNER_PLAINTEXT, sealed, 0);
        decryption.init(Cipher.DECRYPT_MODE, key, parameters);
        decryption.updateAAD(header);
        decryption.doFinal(sealed, 0, length, opened, 0);
        return opened;
    }

    private void nextNonce() {
        for (int i = NONCE - 1; ++nonce[i] == 0; ) {
            i--;
        }
    }
}
