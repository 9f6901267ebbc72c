package io.parktls.record;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.spec.AlgorithmParameterSpec;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import javax.crypto.Cipher;
import javax.crypto.CipherSpi;
import javax.crypto.ShortBufferException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The choice between providers whose ciphers are those of the JDK with a delay. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CipherMeasurementTest {
    private static final AeadAlgorithm ALGORITHM = AeadAlgorithm.AES_128_GCM;

    private static final long SLOW = Duration.ofNanos(100_000).toNanos();

    private static CipherSource source(String name, LongSupplier delay) {
        return new CipherSource(ALGORITHM, new Delaying(name, delay));
    }

    private static void assertChosen(CipherSource expected, CipherSource... sources) throws Exception {
        AeadCiphers.Choice choice = CipherMeasurement.fastest(ALGORITHM, List.of(sources));
        assertEquals(AeadCiphers.Choice.of(expected), choice);
    }

    @Test
    void theFastestIsChosen() throws Exception {
        CipherSource fast = source("Fast", () -> 0);
        assertChosen(fast, source("Slow", () -> SLOW), fast, source("Slower", () -> 2 * SLOW));
    }

    @Test
    void theDefaultIsKeptIfNoOtherIsFaster() throws Exception {
        CipherSource fast = source("Fast", () -> 0);
        assertChosen(fast, fast, source("Slow", () -> SLOW));
    }

    /** As if the JIT compiler needed half a second after the first record. */
    @Test
    void aSourceThatBecomesFastIsNotPassedOver() throws Exception {
        long compiled = System.nanoTime() + Duration.ofMillis(500).toNanos();
        CipherSource late = source("Late", () -> System.nanoTime() - compiled < 0 ? 3 * SLOW : 0);
        assertChosen(late, late, source("Slow", () -> SLOW));
    }

    /** As if each of several methods were compiled a second after the one before: no repetition is like the next one. */
    @Test
    void measuringGoesOnWhileASourceBecomesFaster() throws Exception {
        long start = System.nanoTime();
        CipherSource late = source("Late", () -> switch ((int)
                Duration.ofNanos(System.nanoTime() - start).toSeconds()) {
            case 0 -> 6 * SLOW;
            case 1 -> 4 * SLOW;
            case 2 -> 2 * SLOW;
            default -> 0;
        });
        assertChosen(late, late, source("Slow", () -> SLOW));
    }

    /** Makes the JDK's ciphers, which spin before each record. */
    private static final class Delaying extends Provider {
        private static final long serialVersionUID = 1L;

        Delaying(String name, LongSupplier delay) {
            super(name, "1", "for a test");
            putService(new Service(this, "Cipher", ALGORITHM.transformation(), "", List.of(), null) {
                @Override
                public Object newInstance(@Nullable Object parameter) {
                    return new DelayingCipher(delay);
                }
            });
        }
    }

    private static final class DelayingCipher extends CipherSpi {
        private final LongSupplier delay;
        private final Cipher cipher = ALGORITHM.ciphers().take();

        DelayingCipher(LongSupplier delay) {
            this.delay = delay;
        }

        @Override
        protected void engineSetMode(String mode) {}

        @Override
        protected void engineSetPadding(String padding) {}

        @Override
        protected int engineGetBlockSize() {
            return cipher.getBlockSize();
        }

        @Override
        protected int engineGetOutputSize(int inputLength) {
            return cipher.getOutputSize(inputLength);
        }

        @Override
        protected byte[] engineGetIV() {
            return cipher.getIV();
        }

        @Override
        protected @Nullable AlgorithmParameters engineGetParameters() {
            return cipher.getParameters();
        }

        @Override
        protected void engineInit(int mode, Key key, SecureRandom random) {
            throw new UnsupportedOperationException();
        }

        @Override
        protected void engineInit(int mode, Key key, AlgorithmParameters parameters, SecureRandom random) {
            throw new UnsupportedOperationException();
        }

        @Override
        protected void engineInit(int mode, Key key, AlgorithmParameterSpec parameters, SecureRandom random) {
            try {
                cipher.init(mode, key, parameters);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        protected void engineUpdateAAD(byte[] bytes, int offset, int length) {
            cipher.updateAAD(bytes, offset, length);
        }

        @Override
        protected byte[] engineUpdate(byte[] input, int offset, int length) {
            return cipher.update(input, offset, length);
        }

        @Override
        protected int engineUpdate(byte[] input, int offset, int length, byte[] output, int at)
                throws ShortBufferException {
            return cipher.update(input, offset, length, output, at);
        }

        @Override
        protected byte[] engineDoFinal(byte[] input, int offset, int length) {
            throw new UnsupportedOperationException();
        }

        @Override
        protected int engineDoFinal(byte[] input, int offset, int length, byte[] output, int at) {
            long start = System.nanoTime();
            long spin = delay.getAsLong();
            while (System.nanoTime() - start < spin) {
                Thread.onSpinWait();
            }
            try {
                return cipher.doFinal(input, offset, length, output, at);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
