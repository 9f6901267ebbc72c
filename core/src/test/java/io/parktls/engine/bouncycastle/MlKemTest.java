package io.parktls.engine.bouncycastle;

import static io.parktls.engine.bouncycastle.KeyAgreementTest.assertIllegalParameter;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.tls.NamedGroup;
import org.bouncycastle.tls.crypto.TlsAgreement;
import org.bouncycastle.tls.crypto.TlsCrypto;
import org.bouncycastle.tls.crypto.TlsKemConfig;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the JDK's ML-KEM-768 with Bouncy Castle's as the peer, and with malicious peers. */
class MlKemTest {
    private static final int ENCAPSULATION_KEY = 1184;
    private static final int CIPHERTEXT = 1088;

    private final SecureRandom random = new SecureRandom();
    private final TlsCrypto routed = new RoutedCrypto(random);
    private final TlsCrypto bouncyCastle = new BcTlsCrypto(random);

    @Test
    void agreesWithBouncyCastlesServer() throws Exception {
        exchange(client(routed), server(bouncyCastle));
    }

    @Test
    void agreesWithBouncyCastlesClient() throws Exception {
        exchange(client(bouncyCastle), server(routed));
    }

    @Test
    void agreesWithItself() throws Exception {
        exchange(client(routed), server(routed));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 32, ENCAPSULATION_KEY - 1, ENCAPSULATION_KEY + 1})
    void refusesKeysOfWrongLength(int length) {
        TlsAgreement server = server(routed);

        assertIllegalParameter(() -> server.receivePeerValue(new byte[length]));
    }

    /** FIPS 203 7.2: coefficients must be reduced. */
    @Test
    void refusesKeysThatFailTheModulusCheck() throws Exception {
        byte[] key = client(routed).generateEphemeral();
        Arrays.fill(key, 0, 3, (byte) 0xFF);
        TlsAgreement server = server(routed);

        assertIllegalParameter(() -> {
            server.receivePeerValue(key);
            server.generateEphemeral();
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 32, CIPHERTEXT - 1, CIPHERTEXT + 1})
    void refusesCiphertextsOfWrongLength(int length) throws Exception {
        TlsAgreement client = client(routed);
        client.generateEphemeral();

        assertIllegalParameter(() -> client.receivePeerValue(new byte[length]));
    }

    /** FIPS 203 6.3: implicit rejection yields a secret that the peer cannot compute. */
    @Test
    void aSpoiledCiphertextYieldsAnotherSecret() throws Exception {
        TlsAgreement client = client(routed);
        TlsAgreement server = server(routed);
        server.receivePeerValue(client.generateEphemeral());
        byte[] ciphertext = server.generateEphemeral();
        ciphertext[500] ^= 1;
        client.receivePeerValue(ciphertext);

        assertFalse(Arrays.equals(
                server.calculateSecret().extract(), client.calculateSecret().extract()));
    }

    private static void exchange(TlsAgreement client, TlsAgreement server) throws Exception {
        byte[] encapsulationKey = client.generateEphemeral();
        assertEquals(ENCAPSULATION_KEY, encapsulationKey.length);
        server.receivePeerValue(encapsulationKey);
        byte[] ciphertext = server.generateEphemeral();
        assertEquals(CIPHERTEXT, ciphertext.length);
        client.receivePeerValue(ciphertext);
        byte[] secret = client.calculateSecret().extract();
        assertEquals(32, secret.length);
        assertArrayEquals(server.calculateSecret().extract(), secret);
    }

    private static TlsAgreement client(TlsCrypto crypto) {
        return crypto.createKemDomain(new TlsKemConfig(NamedGroup.MLKEM768, false))
                .createKem();
    }

    private static TlsAgreement server(TlsCrypto crypto) {
        return crypto.createKemDomain(new TlsKemConfig(NamedGroup.MLKEM768, true))
                .createKem();
    }
}
