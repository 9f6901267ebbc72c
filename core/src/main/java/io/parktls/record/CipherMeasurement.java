package io.parktls.record;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/** Measures which provider's ciphers are the fastest, for each direction and for small and large records. */
final class CipherMeasurement {
    private static final int SMALL = 64;
    private static final int LARGE = 16_384;

    /** How often each source is measured, in turn. The fastest round counts, because others may have been disturbed. */
    private static final int ROUNDS = 5;

    private static final long NANOS_PER_ROUND = 200_000;

    /** How much faster another source than the default has to be. */
    private static final double GAIN = 1.1;

    private final AeadAlgorithm algorithm;
    private final SecretKeySpec key;
    private final byte[] header = new byte[RecordFormat.HEADER];

    /** Counts the nonces, because providers refuse to seal twice with the same one. */
    private int nonces;

    private CipherMeasurement(AeadAlgorithm algorithm) {
        this.algorithm = algorithm;
        this.key = new SecretKeySpec(new byte[algorithm.keyLength()], algorithm.keyAlgorithm());
    }

    /**
     * Returns the fastest sources.
     *
     * @param sources the first is the default, which is kept unless another one is clearly faster
     */
    static AeadCiphers.Choice fastest(AeadAlgorithm algorithm, List<CipherSource> sources)
            throws GeneralSecurityException {
        CipherMeasurement measurement = new CipherMeasurement(algorithm);
        return new AeadCiphers.Choice(
                measurement.fastest(sources, Cipher.ENCRYPT_MODE, SMALL),
                measurement.fastest(sources, Cipher.ENCRYPT_MODE, LARGE),
                measurement.fastest(sources, Cipher.DECRYPT_MODE, SMALL),
                measurement.fastest(sources, Cipher.DECRYPT_MODE, LARGE));
    }

    private CipherSource fastest(List<CipherSource> sources, int mode, int length) throws GeneralSecurityException {
        double[] nanos = new double[sources.size()];
        Arrays.fill(nanos, Double.MAX_VALUE);
        for (int round = 0; round < ROUNDS; round++) {
            for (int i = 0; i < nanos.length; i++) {
                nanos[i] = Math.min(nanos[i], round(sources.get(i), mode, length));
            }
        }
        int best = 0;
        for (int i = 1; i < nanos.length; i++) {
            if (nanos[i] * (best == 0 ? GAIN : 1) < nanos[best]) {
                best = i;
            }
        }
        return sources.get(best);
    }

    /** Returns the time for one record in nanoseconds. */
    private double round(CipherSource source, int mode, int length) throws GeneralSecurityException {
        Cipher cipher = source.take();
        byte[][] sealed = new byte[2][];
        byte[][] nonce = new byte[2][];
        for (int i = 0; i < 2; i++) {
            nonce[i] = nextNonce();
            sealed[i] = new byte[length + AeadAlgorithm.TAG];
            process(cipher, Cipher.ENCRYPT_MODE, nonce[i], new byte[length], length, sealed[i]);
        }
        byte[] content = new byte[length];
        byte[] output = new byte[length + AeadAlgorithm.TAG];
        long start = System.nanoTime();
        long elapsed;
        int done = 0;
        do {
            if (mode == Cipher.ENCRYPT_MODE) {
                process(cipher, mode, nextNonce(), content, length, output);
            } else {
                process(cipher, mode, nonce[done % 2], sealed[done % 2], length + AeadAlgorithm.TAG, output);
            }
            done++;
            elapsed = System.nanoTime() - start;
        } while (elapsed < NANOS_PER_ROUND);
        source.give(cipher);
        return (double) elapsed / done;
    }

    private byte[] nextNonce() {
        byte[] nonce = new byte[AeadAlgorithm.NONCE];
        int number = nonces++;
        for (int i = 0; i < Integer.BYTES; i++) {
            nonce[i] = (byte) (number >>> (8 * i));
        }
        return nonce;
    }

    private void process(Cipher cipher, int mode, byte[] nonce, byte[] input, int length, byte[] output)
            throws GeneralSecurityException {
        cipher.init(mode, key, algorithm.parameters(nonce));
        cipher.updateAAD(header);
        cipher.doFinal(input, 0, length, output, 0);
    }
}
