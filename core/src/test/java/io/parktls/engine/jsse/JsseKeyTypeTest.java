package io.parktls.engine.jsse;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.parktls.NamedGroup;
import io.parktls.engine.SigningKey;
import io.parktls.engine.SigningKey.Type;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests the providers' names for types of keys, and the keys that each name stands for. */
class JsseKeyTypeTest {
    private static final Map<String, SigningKey> KEYS = new LinkedHashMap<>(Map.of(
            "P-256", new SigningKey(Type.EC, NamedGroup.SECP256R1, 0, null),
            "P-384", new SigningKey(Type.EC, NamedGroup.SECP384R1, 0, null),
            "P-521", new SigningKey(Type.EC, NamedGroup.SECP521R1, 0, null),
            "Ed25519", new SigningKey(Type.ED25519, null, 0, null),
            "Ed448", new SigningKey(Type.ED448, null, 0, null),
            "RSA", new SigningKey(Type.RSA, null, 2048, null),
            "PSS", new SigningKey(Type.RSASSA_PSS, null, 2048, null),
            "other", new SigningKey(Type.OTHER, null, 0, null)));

    @ParameterizedTest
    @CsvSource({
        // SunJSSE
        "EC, P-256 P-384 P-521",
        "EdDSA, Ed25519 Ed448",
        "RSA, RSA",
        "RSASSA-PSS, PSS",
        "EC_EC, P-256 P-384 P-521",
        "EC_RSA, P-256 P-384 P-521",
        // Bouncy Castle's provider
        "EC/secp256r1, P-256",
        "EC/secp384r1, P-384",
        "EC/secp521r1, P-521",
        "EC/brainpoolP256r1tls13, ''",
        "Ed25519, Ed25519",
        "Ed448, Ed448",
        "ECDHE_ECDSA, P-256 P-384 P-521",
        "ECDHE_RSA, RSA",
        "DHE_RSA, RSA",
        "SRP_RSA, RSA",
        "KE:RSA, RSA",
        "DHE_DSS, ''",
        "ML-DSA-65, ''",
        // other spellings, and names that leave the type open
        "ec, P-256 P-384 P-521",
        "ECDSA, P-256 P-384 P-521",
        "EC/P-256, P-256",
        "ecdhe_ecdsa, P-256 P-384 P-521",
        "rsassa-pss, PSS",
        "RSASSA_PSS, PSS",
        "ed25519, Ed25519",
        "ECDH_ECDSA, P-256 P-384 P-521",
        "ECDH_RSA, P-256 P-384 P-521",
        "UNKNOWN, P-256 P-384 P-521 Ed25519 Ed448 RSA PSS",
        "TLS13, P-256 P-384 P-521 Ed25519 Ed448 RSA PSS",
        "GENERIC, P-256 P-384 P-521 Ed25519 Ed448 RSA PSS",
        "DSA, ''",
        "nonsense, ''",
        "/, ''",
    })
    void names(String name, String expected) {
        Set<String> fitting = KEYS.entrySet().stream()
                .filter(key -> JsseKeyType.fits(name, key.getValue()))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
        assertEquals(expected.isEmpty() ? Set.of() : Set.copyOf(List.of(expected.split(" "))), fitting);
    }
}
