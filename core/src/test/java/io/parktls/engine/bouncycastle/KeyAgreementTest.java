package io.parktls.engine.bouncycastle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.KeyAgreement;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.NamedGroup;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.TlsAgreement;
import org.bouncycastle.tls.crypto.TlsECConfig;
import org.bouncycastle.util.BigIntegers;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests key agreement on curves with each implementation, with the JDK as the peer and with malicious peers. */
@ParameterizedClass
@EnumSource(TestProviders.class)
class KeyAgreementTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final byte[] X25519_SPKI = HEX.parseHex("302a300506032b656e032100");

    private final KeyExchanges exchanges;
    private final RoutedCrypto crypto;

    KeyAgreementTest(TestProviders providers) {
        this.exchanges = new KeyExchanges(providers.preferred());
        this.crypto = new RoutedCrypto(new SecureRandom(), exchanges);
    }

    @RepeatedTest(20)
    void agreesOnX25519WithTheJdk() throws Exception {
        TlsAgreement ours = agreement(NamedGroup.x25519);
        byte[] ourShare = ours.generateEphemeral();
        KeyPair theirs = KeyPairGenerator.getInstance("X25519").generateKeyPair();
        byte[] spki = theirs.getPublic().getEncoded();
        ours.receivePeerValue(Arrays.copyOfRange(spki, X25519_SPKI.length, spki.length));

        byte[] ourSpki = Arrays.copyOf(X25519_SPKI, spki.length);
        System.arraycopy(ourShare, 0, ourSpki, X25519_SPKI.length, ourShare.length);
        PublicKey ourKey = KeyFactory.getInstance("X25519").generatePublic(new X509EncodedKeySpec(ourSpki));
        assertArrayEquals(
                jdkSecret("X25519", theirs, ourKey), ours.calculateSecret().extract());
    }

    /** RFC 7748 6.1: shares of small order, for which X25519 returns zero. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0000000000000000000000000000000000000000000000000000000000000000",
                "0100000000000000000000000000000000000000000000000000000000000000",
                "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"
            })
    void refusesX25519SharesOfSmallOrder(String share) throws Exception {
        TlsAgreement agreement = agreement(NamedGroup.x25519);
        agreement.generateEphemeral();
        agreement.receivePeerValue(HEX.parseHex(share));

        assertIllegalParameter(agreement::calculateSecret);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 31, 33})
    void refusesX25519SharesOfWrongLength(int length) throws Exception {
        TlsAgreement agreement = agreement(NamedGroup.x25519);
        agreement.generateEphemeral();

        assertIllegalParameter(() -> agreement.receivePeerValue(new byte[length]));
    }

    @ParameterizedTest
    @CsvSource({"23, secp256r1", "24, secp384r1", "25, secp521r1"})
    void agreesOnNistCurvesWithTheJdk(int group, String curve) throws Exception {
        for (int i = 0; i < 10; i++) {
            TlsAgreement ours = agreement(group);
            byte[] ourShare = ours.generateEphemeral();
            KeyPair theirs = ecKeyPair(curve);
            ours.receivePeerValue(encode((ECPublicKey) theirs.getPublic()));

            assertArrayEquals(
                    jdkSecret("ECDH", theirs, decode(ourShare, curve)),
                    ours.calculateSecret().extract());
        }
    }

    @ParameterizedTest
    @EnumSource(EcCurve.class)
    void refusesWhatIsNoUncompressedPointOfTheCurve(EcCurve curve) throws Exception {
        TlsAgreement agreement = exchanges.ecdh(crypto, curve);
        byte[] share = agreement.generateEphemeral();
        byte[] offCurve = share.clone();
        offCurve[offCurve.length - 1] ^= 1;
        byte[] compressed = Arrays.copyOf(share, 1 + share.length / 2);
        compressed[0] = (byte) (2 + (share[share.length - 1] & 1));
        byte[] outOfField = share.clone();
        Arrays.fill(outOfField, 1, outOfField.length, (byte) 0xFF);
        byte[] hybrid = share.clone();
        hybrid[0] = (byte) (6 + (share[share.length - 1] & 1));

        assertIllegalParameter(() -> agreement.receivePeerValue(offCurve));
        assertIllegalParameter(() -> agreement.receivePeerValue(compressed));
        assertIllegalParameter(() -> agreement.receivePeerValue(outOfField));
        assertIllegalParameter(() -> agreement.receivePeerValue(hybrid));
        assertIllegalParameter(() -> agreement.receivePeerValue(new byte[] {0}));
        assertIllegalParameter(() -> agreement.receivePeerValue(new byte[0]));
        assertIllegalParameter(() -> agreement.receivePeerValue(Arrays.copyOf(share, share.length + 1)));
    }

    @Test
    void sharesDiffer() throws Exception {
        byte[] first = agreement(NamedGroup.x25519).generateEphemeral();
        byte[] ofAnotherConnection = new RoutedCrypto(new SecureRandom(), exchanges)
                .createECDomain(new TlsECConfig(NamedGroup.x25519))
                .createECDH()
                .generateEphemeral();

        assertFalse(Arrays.equals(first, ofAnotherConnection));
    }

    @Test
    void x25519SharesOfOneConnectionAreTheSameUntilAgreed() throws Exception {
        TlsAgreement hybrid = agreement(NamedGroup.x25519);
        TlsAgreement classical = agreement(NamedGroup.x25519);
        byte[] share = hybrid.generateEphemeral();
        assertArrayEquals(share, classical.generateEphemeral());

        hybrid.receivePeerValue(share);
        hybrid.calculateSecret();

        assertFalse(Arrays.equals(share, classical.generateEphemeral()));
    }

    static void assertIllegalParameter(Executable action) {
        TlsFatalAlert alert = assertThrows(TlsFatalAlert.class, action);
        assertEquals(AlertDescription.illegal_parameter, alert.getAlertDescription());
    }

    private TlsAgreement agreement(int group) {
        return crypto.createECDomain(new TlsECConfig(group)).createECDH();
    }

    private static byte[] jdkSecret(String algorithm, KeyPair own, PublicKey peer) throws GeneralSecurityException {
        KeyAgreement agreement = KeyAgreement.getInstance(algorithm);
        agreement.init(own.getPrivate());
        agreement.doPhase(peer, true);
        return agreement.generateSecret();
    }

    private static KeyPair ecKeyPair(String curve) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(curve));
        return generator.generateKeyPair();
    }

    private static byte[] encode(ECPublicKey key) {
        int length = (key.getParams().getCurve().getField().getFieldSize() + 7) / 8;
        byte[] point = new byte[1 + 2 * length];
        point[0] = 4;
        System.arraycopy(BigIntegers.asUnsignedByteArray(length, key.getW().getAffineX()), 0, point, 1, length);
        System.arraycopy(
                BigIntegers.asUnsignedByteArray(length, key.getW().getAffineY()), 0, point, 1 + length, length);
        return point;
    }

    private static PublicKey decode(byte[] point, String curve) throws GeneralSecurityException {
        AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
        parameters.init(new ECGenParameterSpec(curve));
        int length = point.length / 2;
        ECPoint w = new ECPoint(new BigInteger(1, point, 1, length), new BigInteger(1, point, 1 + length, length));
        return KeyFactory.getInstance("EC")
                .generatePublic(new ECPublicKeySpec(w, parameters.getParameterSpec(ECParameterSpec.class)));
    }
}
