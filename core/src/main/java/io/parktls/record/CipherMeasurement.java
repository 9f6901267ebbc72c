package io.parktls.record;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/** Measures which provider's ciphers are the fastest in one direction, for records of one size. */
final class CipherMeasurement {
    private static final int SMALL = 64;
    private static final int LARGE = 16_384;

    /** How often each source is measured, in turn. The fastest round counts, because others may have been disturbed. */
    private static final int ROUNDS = 20;

    /** How often all rounds are repeated at most, because sources are still becoming faster. */
    private static final int REPETITIONS = 10;

    private static final Duration ROUND = Duration.ofNanos(200_000);

    /**
     * The pause after each round. The JIT compiler goes on replacing the JDK's ciphers long after their first records,
     * also because of how the measurement itself calls them. Without pauses it would not be done before the last round.
     */
    private static final Duration PAUSE = Duration.ofMillis(50);

    /** How many records each source protects before the first round, for the JIT compiler to see. */
    private static final int WARM_UP = 2_000;

    private static final Duration LONGEST_WARM_UP = Duration.ofMillis(100);

    /** The ratio of times from which on one source is clearly faster than another. */
    private static final double GAIN = 1.1;

    private final AeadAlgorithm algorithm;
    private final List<CipherSource> sources;
    private final int mode;
    private final int length;
    private final SecretKeySpec key;
    private final byte[] header = new byte[RecordFormat.HEADER];

    /** The time of each source for one record in nanoseconds, in its fastest round so far. */
    private final double[] nanos;

    /** Counts the nonces. Providers refuse to seal twice with the same one, also for another measurement. */
    private int nonces;

    private CipherMeasurement(AeadAlgorithm algorithm, List<CipherSource> sources, int mode, int length) {
        this.algorithm = algorithm;
        this.sources = sources;
        this.mode = mode;
        this.length = length;
        this.key = new SecretKeySpec(new byte[algorithm.keyLength()], algorithm.keyAlgorithm());
        this.nanos = new double[sources.size()];
        Arrays.fill(nanos, Double.MAX_VALUE);
    }

    /**
     * Returns the fastest sources, for each direction and for small and large records. Takes some two seconds, in which it
     * computes for a tenth of the time.
     *
     * @param sources the first is the default, which is kept unless another one is clearly faster
     * @throws InterruptedException if the thread was interrupted
     */
    static AeadCiphers.Choice fastest(AeadAlgorithm algorithm, List<CipherSource> sources)
            throws GeneralSecurityException, InterruptedException {
        CipherMeasurement sealSmall = new CipherMeasurement(algorithm, sources, Cipher.ENCRYPT_MODE, SMALL);
        CipherMeasurement sealLarge = new CipherMeasurement(algorithm, sources, Cipher.ENCRYPT_MODE, LARGE);
        CipherMeasurement openSmall = new CipherMeasurement(algorithm, sources, Cipher.DECRYPT_MODE, SMALL);
        CipherMeasurement openLarge = new CipherMeasurement(algorithm, sources, Cipher.DECRYPT_MODE, LARGE);
        List<CipherMeasurement> all = List.of(sealSmall, sealLarge, openSmall, openLarge);
        for (CipherMeasurement each : all) {
            each.warmUp();
        }
        boolean faster = true;
        for (int repetition = 0; faster && repetition < REPETITIONS; repetition++) {
            faster = false;
            for (int round = 0; round < ROUNDS; round++) {
                Thread.sleep(PAUSE);
                for (CipherMeasurement each : all) {
                    faster |= each.round();
                }
            }
        }
        return new AeadCiphers.Choice(sealSmall.best(), sealLarge.best(), openSmall.best(), openLarge.best());
    }

    private void warmUp() throws GeneralSecurityException {
        for (CipherSource source : sources) {
            protect(source, LONGEST_WARM_UP, WARM_UP);
        }
    }

    /** Measures each source once. Returns whether one was clearly faster than in all rounds before. */
    private boolean round() throws GeneralSecurityException {
        boolean faster = false;
        for (int i = 0; i < nanos.length; i++) {
            double now = protect(sources.get(i), ROUND, Integer.MAX_VALUE);
            faster |= now * GAIN < nanos[i];
            nanos[i] = Math.min(nanos[i], now);
        }
        return faster;
    }

    private CipherSource best() {
        int best = 0;
        for (int i = 1; i < nanos.length; i++) {
            if (nanos[i] * (best == 0 ? GAIN : 1) < nanos[best]) {
                best = i;
            }
        }
        return sources.get(best);
    }

    /**
     * Seals or opens records for some time, one at least.
     *
     * @param most the largest number of records
     * @return the time for one record in nanoseconds
     */
    private double protect(CipherSource source, Duration time, int most) throws GeneralSecurityException {
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
        long limit = time.toNanos();
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
        } while (elapsed < limit && done < most);
        source.give(cipher);
        return (double) elapsed / done;
    }

    private byte[] nextNonce() {
        return ByteBuffer.allocate(AeadAlgorithm.NONCE)
                .putInt(nonces++)
                .putInt(mode)
                .putInt(length)
                .array();
    }

    private void process(Cipher cipher, int mode, byte[] nonce, byte[] input, int length, byte[] output)
            throws GeneralSecurityException {
        cipher.init(mode, key, algorithm.parameters(nonce));
        cipher.updateAAD(header);
        cipher.doFinal(input, 0, length, output, 0);
    }
}
