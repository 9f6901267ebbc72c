package io.parktls.bench.jmh.primitive;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.CipherSuite;
import io.parktls.NamedGroup;
import io.parktls.bench.jmh.stack.KeyKind;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests that the primitives compute a handshake: each checks its own result. */
class PrimitiveTest {
    @ParameterizedTest
    @CsvSource({"ECDSA_P256, X25519", "RSA_2048, X25519", "ECDSA_P256, X25519MLKEM768"})
    void bothSidesAgree(KeyKind key, NamedGroup group) throws Exception {
        for (Primitive primitive : Primitive.of(key, group)) {
            assertTrue(primitive.perform().length > 0);
            assertTrue(primitive.perform().length > 0, "the second call");
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.MATCH_ALL, names = "TLS_(AES|CHACHA20).*")
    void aRecordIsSealedAndOpened(CipherSuite suite) throws Exception {
        byte[] plaintext = RecordCipher.plaintext(100);
        Arrays.fill(plaintext, (byte) 7);
        byte[] opened = RecordCipher.plaintext(100);
        RecordCipher cipher = new RecordCipher(suite, new SplittableRandom(1));

        cipher.sealAndOpen(plaintext, RecordCipher.sealed(100), opened);
        cipher.sealAndOpen(plaintext, RecordCipher.sealed(100), opened);

        assertArrayEquals(plaintext, opened);
    }

    @Test
    void theHybridGroupHasOneMorePrimitive() throws Exception {
        int classical = Primitive.of(KeyKind.ECDSA_P256, NamedGroup.X25519).size();
        int hybrid = Primitive.of(KeyKind.ECDSA_P256, NamedGroup.X25519MLKEM768).size();

        assertTrue(hybrid == classical + 1);
    }
}
