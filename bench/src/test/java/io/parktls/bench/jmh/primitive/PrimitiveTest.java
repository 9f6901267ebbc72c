package io.parktls.bench.jmh.primitive;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.NamedGroup;
import io.parktls.bench.jmh.stack.KeyKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is measured as the cryptography of a handshake is that: each primitive checks its own result. */
class PrimitiveTest {
    @ParameterizedTest
    @CsvSource({"ECDSA_P256, X25519", "RSA_2048, X25519", "ECDSA_P256, X25519MLKEM768"})
    void bothSidesAgree(KeyKind key, NamedGroup group) throws Exception {
        for (Primitive primitive : Primitive.of(key, group)) {
            assertTrue(primitive.perform().length > 0);
            assertTrue(primitive.perform().length > 0, "not a second time");
        }
    }

    @Test
    void theHybridGroupIsOneMore() throws Exception {
        int classical = Primitive.of(KeyKind.ECDSA_P256, NamedGroup.X25519).size();
        int hybrid = Primitive.of(KeyKind.ECDSA_P256, NamedGroup.X25519MLKEM768).size();

        assertTrue(hybrid == classical + 1);
    }
}
