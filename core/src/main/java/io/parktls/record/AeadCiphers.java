package io.parktls.record;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.apache.logging.log4j.LogManager;

/**
 * The ciphers that protect records with one AEAD algorithm: for each direction and size of a record, those of one
 * security provider. Thread-safe.
 *
 * <p>If several providers have the algorithm, the fastest is determined by measuring, once. Measuring has to wait until
 * the JIT compiler has replaced the JDK's ciphers by the processor's instructions, because before they are a hundred
 * times slower. So the first records are protected by the JDK's, and a thread begins to measure when
 * {@value #WARM} records have been.
 *
 * <pre>
 *   the JDK's --WARM records--&gt; a thread measures --&gt; the fastest for each direction and size
 * </pre>
 */
public final class AeadCiphers {
    /** The number of records after which the JIT compiler has the JDK's ciphers at least in its queue. */
    static final int WARM = 20_000;

    /** How many records are counted together, so that counting costs nothing. */
    static final int COUNTED = 1_024;

    /** The largest content of a small record, in bytes. For small records the cost of a call to native code counts. */
    static final int SMALL = 1_024;

    /** The ciphers for each direction and size. */
    record Choice(CipherSource sealSmall, CipherSource sealLarge, CipherSource openSmall, CipherSource openLarge) {
        static Choice of(CipherSource source) {
            return new Choice(source, source, source, source);
        }

        CipherSource source(int mode, int length) {
            if (mode == Cipher.ENCRYPT_MODE) {
                return length <= SMALL ? sealSmall : sealLarge;
            }
            return length <= SMALL ? openSmall : openLarge;
        }

        @Override
        public String toString() {
            return sealSmall == sealLarge && sealLarge == openSmall && openSmall == openLarge
                    ? sealSmall.toString()
                    : "sealing " + sealSmall + " and " + sealLarge + ", opening " + openSmall + " and " + openLarge
                            + " (small and large records)";
        }
    }

    private final AeadAlgorithm algorithm;

    /** A key of zeros, which ciphers in the pool have in place of one that was in use. */
    private final SecretKeySpec noKey;

    /** The first is the default. */
    private final List<CipherSource> sources;

    /** How many records have been protected, as far as counted; at least {@link #WARM} if the choice is final or about to be. */
    private final AtomicInteger records;

    /** How many ciphers were retired, for nonces. */
    private final AtomicLong retired = new AtomicLong();

    /** Replaced at most once. */
    private volatile Choice choice;

    /** Creates ciphers of one provider. */
    AeadCiphers(AeadAlgorithm algorithm, CipherSource source) {
        this(algorithm, List.of(source), Choice.of(source));
    }

    /** Creates ciphers whose choice is final. */
    AeadCiphers(AeadAlgorithm algorithm, List<CipherSource> sources, Choice choice) {
        this(algorithm, sources, choice, false);
    }

    private AeadCiphers(AeadAlgorithm algorithm, List<CipherSource> sources, Choice choice, boolean toBeMeasured) {
        this.algorithm = algorithm;
        this.noKey = new SecretKeySpec(new byte[algorithm.keyLength()], algorithm.keyAlgorithm());
        this.sources = sources;
        this.choice = choice;
        this.records = new AtomicInteger(toBeMeasured ? 0 : WARM);
    }

    /** Returns the ciphers of the first of these providers that has the algorithm, otherwise the JDK's. */
    public static AeadCiphers preferred(AeadAlgorithm algorithm, List<Provider> providers) {
        AeadCiphers jdk = algorithm.ciphers();
        List<CipherSource> sources = jdk.with(providers);
        return sources.size() == 1 ? jdk : new AeadCiphers(algorithm, sources, Choice.of(sources.get(1)));
    }

    /** Returns the ciphers of the JDK or of these providers, whichever are the fastest. */
    public static AeadCiphers measured(AeadAlgorithm algorithm, List<Provider> providers) {
        AeadCiphers jdk = algorithm.ciphers();
        List<CipherSource> sources = jdk.with(providers);
        return sources.size() == 1 ? jdk : new AeadCiphers(algorithm, sources, Choice.of(sources.getFirst()), true);
    }

    /** Returns the first source, and those of the providers that have the algorithm. */
    private List<CipherSource> with(List<Provider> providers) {
        CipherSource own = sources.getFirst();
        List<CipherSource> all = new ArrayList<>(List.of(own));
        for (Provider provider : providers) {
            CipherSource candidate = new CipherSource(algorithm, provider);
            if (!own.isOf(provider) && sealsAlike(own, candidate)) {
                all.add(candidate);
            }
        }
        return List.copyOf(all);
    }

    private static boolean sealsAlike(CipherSource own, CipherSource other) {
        try {
            return Arrays.equals(own.sample(), other.sample());
        } catch (GeneralSecurityException | RuntimeException | LinkageError e) {
            // Providers also fail with exceptions that no contract allows. Such a provider is not used.
            return false;
        }
    }

    AeadAlgorithm algorithm() {
        return algorithm;
    }

    /** The length of a key in bytes. */
    public int keyLength() {
        return algorithm.keyLength();
    }

    /**
     * Returns the ciphers for a record.
     *
     * @param mode {@link Cipher#ENCRYPT_MODE} or {@link Cipher#DECRYPT_MODE}
     * @param length the length of the content in bytes
     */
    CipherSource source(int mode, int length) {
        return choice.source(mode, length);
    }

    /** Takes a cipher of the default source. */
    Cipher take() {
        return sources.getFirst().take();
    }

    /** Returns a cipher to the pool from which it comes. */
    void give(Cipher cipher) {
        for (CipherSource source : sources) {
            if (source.made(cipher)) {
                source.give(cipher);
                return;
            }
        }
    }

    /** Returns a cipher to the pool from which it comes, with another key than that of the connection that ends. */
    void retire(Cipher cipher) {
        try {
            // A cipher keeps the last key that it sealed with, to refuse the same nonce again. So it gets another one
            // of each.
            ByteBuffer nonce = ByteBuffer.allocate(AeadAlgorithm.NONCE).putLong(retired.incrementAndGet());
            cipher.init(Cipher.ENCRYPT_MODE, noKey, algorithm.parameters(nonce.array()));
        } catch (GeneralSecurityException | RuntimeException e) {
            // Some providers refuse it, for instance because their library is gone. The cipher is not used again.
            return;
        }
        give(cipher);
    }

    /** Records that {@link #COUNTED} records have been protected. */
    void count() {
        if (records.get() >= WARM) {
            return;
        }
        int now = records.addAndGet(COUNTED);
        if (now >= WARM && now - COUNTED < WARM) {
            Thread.ofPlatform().daemon().name("parktls-ciphers").start(this::measure);
        }
    }

    /** Chooses the fastest ciphers. */
    void measure() {
        try {
            choice = CipherMeasurement.fastest(algorithm, sources);
            LogManager.getLogger(AeadCiphers.class).info("ciphers of {}: {}", algorithm, choice);
        } catch (GeneralSecurityException | RuntimeException | LinkageError e) {
            // The ciphers in use remain. Providers of native libraries also fail with a LinkageError.
            LogManager.getLogger(AeadCiphers.class).warn("cannot measure the ciphers of {}", algorithm, e);
        } catch (InterruptedException e) {
            // The ciphers in use remain.
            Thread.currentThread().interrupt();
        }
    }

    /** Returns the providers in use. */
    @Override
    public String toString() {
        return algorithm + ": " + choice;
    }
}
