package io.parktls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.interfaces.ECPrivateKey;

/** Assertions for tests of {@link TlsIdentity}. */
final class LoadedIdentities {
    private LoadedIdentities() {}

    interface Load {
        Object load() throws Exception;
    }

    static IllegalArgumentException assertInvalid(String message, Load load) {
        return assertInvalid("", message, load);
    }

    static IllegalArgumentException assertInvalid(String source, String message, Load load) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, load::load);
        assertTrue(e.getMessage().contains(source) && e.getMessage().contains(message), e.getMessage());
        return e;
    }

    static void assertSame(TlsIdentity expected, TlsIdentity actual) {
        assertEquals(expected.chain(), actual.chain());
        assertEquals(expected.privateKey().getAlgorithm(), actual.privateKey().getAlgorithm());
        if (expected.privateKey() instanceof ECPrivateKey key) {
            // The encoding may contain the public key as well.
            assertEquals(key.getS(), ((ECPrivateKey) actual.privateKey()).getS());
        } else {
            assertArrayEquals(
                    expected.privateKey().getEncoded(), actual.privateKey().getEncoded());
        }
        assertTrue(
                actual.privateKey().getClass().getName().startsWith("sun.security."),
                () -> "a key of the JDK's: " + actual.privateKey().getClass());
    }

    static String keyPem(TlsIdentity identity) {
        return TestPki.pem("PRIVATE KEY", identity.privateKey().getEncoded());
    }
}
