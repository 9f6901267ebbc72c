package io.parktls.tickets;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HexFormat;
import java.util.Random;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

final class TicketKeyTest {
    private static final HexFormat HEX = HexFormat.of();

    @Test
    void aDiscardedKeyIsOverwrittenByItsLastUser() {
        byte[] bytes = new byte[TicketKey.LENGTH];
        new Random(1).nextBytes(bytes);
        byte[] copy = bytes.clone();
        TicketKey key = new TicketKey(new KeyName(1, 2), bytes);
        assertTrue(key.hold());
        assertTrue(key.hold());
        key.discard();
        key.release();
        assertArrayEquals(copy, bytes);
        assertTrue(key.hold(), "a key in use may be used by others too");
        key.release();
        assertArrayEquals(copy, bytes);
        key.release();
        assertArrayEquals(new byte[TicketKey.LENGTH], bytes);
        assertFalse(key.hold());
    }

    @Test
    void theArrayOfNameAndKeyIsOverwritten() {
        byte[] nameAndKey = new byte[KeyName.LENGTH + TicketKey.LENGTH];
        new Random(1).nextBytes(nameAndKey);
        KeyName name = KeyName.of(nameAndKey);
        assertEquals(name, TicketKey.of(nameAndKey).name());
        assertArrayEquals(new byte[nameAndKey.length], nameAndKey);
    }

    /** RFC 5869 A.1. */
    @Test
    void hkdfOfTheRfc() {
        byte[] extracted = Hkdf.extract(HEX.parseHex("000102030405060708090a0b0c"), HEX.parseHex("0b".repeat(22)));
        assertEquals("077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5", HEX.formatHex(extracted));
        assertEquals(
                "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
                HEX.formatHex(Hkdf.expand(extracted, HEX.parseHex("f0f1f2f3f4f5f6f7f8f9"), 42)));
    }

    @Test
    void hkdfIsThatOfTheJdk() throws Exception {
        byte[] key = new byte[Hkdf.HASH];
        new Random(2).nextBytes(key);
        for (int length : new int[] {1, 31, 32, 33, 44, 64, 65, 255}) {
            for (byte[] info : new byte[][] {{}, {1, 2, 3}, new byte[200]}) {
                byte[] expected = KDF.getInstance("HKDF-SHA256")
                        .deriveData(HKDFParameterSpec.expandOnly(new SecretKeySpec(key, "Generic"), info, length));
                assertArrayEquals(expected, Hkdf.expand(key, info, length));
            }
        }
    }
}
