package io.parktls.record;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.parktls.CipherSuite;
import io.parktls.TlsProtocolException;
import io.parktls.TlsVersion;
import io.parktls.engine.bouncycastle.TestProviders;
import java.nio.ByteBuffer;
import java.security.Provider;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Records that are protected by the ciphers of other providers than the JDK's. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class AeadCiphersTest {
    private static final int[] LENGTHS = {0, 1, 64, AeadCiphers.SMALL, AeadCiphers.SMALL + 1, RecordFormat.MAX_CONTENT};

    static Stream<Arguments> cases() {
        return Stream.of(TestProviders.CONSCRYPT, TestProviders.CORRETTO, TestProviders.CORRETTO_AND_CONSCRYPT)
                .flatMap(providers -> RecordPair.suites().map(suite -> Arguments.of(providers, suite)));
    }

    /** Ciphers of the JDK with a pool of their own: those of another end with the same key refuse its nonces. */
    private static AeadCiphers jdk(AeadAlgorithm algorithm) {
        Provider provider = algorithm.ciphers().source(Cipher.ENCRYPT_MODE, 0).provider();
        return new AeadCiphers(algorithm, new CipherSource(algorithm, provider));
    }

    private static AeadCiphers preferred(AeadAlgorithm algorithm, TestProviders providers) {
        AeadCiphers found = AeadCiphers.preferred(algorithm, providers.list());
        assumeTrue(found != algorithm.ciphers(), "these providers do not have " + algorithm);
        return found;
    }

    private static TrafficKey key(CipherSuite suite, AeadCiphers ciphers) {
        TrafficKey key = RecordPair.key(suite, 7);
        byte[] iv = key.iv().clone();
        boolean is13 = suite.version() == TlsVersion.TLS_1_3;
        int ivLength = is13 ? iv.length : iv.length - ciphers.algorithm().explicitNonce12();
        return new TrafficKey(ciphers, suite.version(), key.getEncoded(), Arrays.copyOf(iv, ivLength));
    }

    private static byte[] seal(RecordSealer sealer, byte[] content) {
        ByteBuffer out = ByteBuffer.allocate(content.length + sealer.overhead());
        sealer.seal(ContentType.APPLICATION_DATA, ByteBuffer.wrap(content), content.length, out);
        return out.array();
    }

    /** Both ends produce and accept the same bytes, whatever the size of the record before. */
    @ParameterizedTest
    @MethodSource("cases")
    void recordsAreTheSame(TestProviders providers, CipherSuite suite) throws Exception {
        AeadAlgorithm algorithm = AeadAlgorithm.of(suite);
        RecordSealer ours = new RecordSealer(key(suite, jdk(algorithm)));
        RecordSealer theirs = new RecordSealer(key(suite, preferred(algorithm, providers)));
        RecordOpener opener = new RecordOpener(key(suite, preferred(algorithm, providers)));
        for (int round = 0; round < 3; round++) {
            for (int length : LENGTHS) {
                byte[] content = RecordPair.pattern(length, round);
                byte[] record = seal(ours, content);
                assertArrayEquals(record, seal(theirs, content));
                byte[] plaintext = new byte[record.length];
                opener.open(record, 0, plaintext, 0);
                assertEquals(length, opener.contentLength());
                assertArrayEquals(content, Arrays.copyOf(plaintext, length));
            }
        }
        byte[] changed = seal(ours, new byte[10]);
        changed[changed.length - 1] ^= 1;
        assertThrows(TlsProtocolException.class, () -> opener.open(changed, 0, new byte[changed.length], 0));
        theirs.retire();
        opener.retire();
        assertThrows(IllegalStateException.class, () -> seal(theirs, new byte[10]));
    }

    /** Small and large records by turns are protected by different providers. */
    @ParameterizedTest
    @MethodSource("cases")
    void theChoiceCanDependOnTheSize(TestProviders providers, CipherSuite suite) throws Exception {
        AeadAlgorithm algorithm = AeadAlgorithm.of(suite);
        RecordSealer ours = new RecordSealer(key(suite, jdk(algorithm)));
        RecordSealer mixed = new RecordSealer(key(suite, mixed(algorithm, providers)));
        RecordOpener opener = new RecordOpener(key(suite, mixed(algorithm, providers)));
        for (int i = 0; i < 20; i++) {
            byte[] content = RecordPair.pattern(i % 2 == 0 ? 20 : 10_000, i);
            byte[] record = seal(mixed, content);
            assertArrayEquals(seal(ours, content), record);
            opener.open(record, 0, new byte[record.length], 0);
            assertEquals(content.length, opener.contentLength());
        }
    }

    private static AeadCiphers mixed(AeadAlgorithm algorithm, TestProviders providers) {
        CipherSource own = jdk(algorithm).source(Cipher.ENCRYPT_MODE, 0);
        CipherSource other = preferred(algorithm, providers).source(Cipher.ENCRYPT_MODE, 0);
        return new AeadCiphers(algorithm, List.of(own, other), new AeadCiphers.Choice(own, other, other, own));
    }

    /** A cipher of a connection that has ended serves the next one, and its key is gone. */
    @ParameterizedTest
    @MethodSource("cases")
    void aRetiredCipherIsUsedAgainAndHasForgottenTheKey(TestProviders providers, CipherSuite suite) throws Exception {
        AeadAlgorithm algorithm = AeadAlgorithm.of(suite);
        assumeFalse(algorithm.sharesCiphers(), "a cipher that connections share has the key of the last record");
        AeadCiphers ciphers = preferred(algorithm, providers);
        CipherSource source = ciphers.source(Cipher.ENCRYPT_MODE, 10);
        Cipher expected = source.take();
        source.give(expected);
        RecordSealer sealer = new RecordSealer(key(suite, ciphers));
        seal(sealer, new byte[10]);
        sealer.retire();

        Cipher retired = source.take();

        assertSame(expected, retired);
        Cipher fresh = Cipher.getInstance(algorithm.transformation(), source.provider());
        fresh.init(
                Cipher.ENCRYPT_MODE,
                new SecretKeySpec(new byte[algorithm.keyLength()], algorithm.keyAlgorithm()),
                algorithm.parameters(retired.getIV()));
        assertArrayEquals(fresh.doFinal(new byte[10]), retired.doFinal(new byte[10]));
    }

    @Test
    void withoutOtherProvidersThereIsNothingToMeasure() {
        for (AeadAlgorithm algorithm : AeadAlgorithm.values()) {
            assertSame(algorithm.ciphers(), AeadCiphers.measured(algorithm, List.of()));
            assertSame(algorithm.ciphers(), AeadCiphers.preferred(algorithm, TestProviders.JDK.list()));
        }
    }

    /** A provider that has the algorithm by name only, or computes something else. */
    @Test
    void providersThatDoNotWorkAreNotUsed() {
        Provider broken = new Provider("Broken", "1", "for a test") {
            private static final long serialVersionUID = 1L;
        };
        broken.put("Cipher.AES/GCM/NoPadding", "no.such.Class");
        for (AeadAlgorithm algorithm : AeadAlgorithm.values()) {
            assertSame(algorithm.ciphers(), AeadCiphers.preferred(algorithm, List.of(broken)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void measuring(AeadAlgorithm algorithm) {
        AeadCiphers ciphers = AeadCiphers.measured(algorithm, TestProviders.CONSCRYPT.list());
        String before = ciphers.toString();
        assertFalse(before.contains("Conscrypt"), before);
        ciphers.measure();
        // Which provider is faster depends on the machine and on the JIT compiler.
        assertTrue(ciphers.toString().startsWith(algorithm + ": "), ciphers::toString);
    }
}
