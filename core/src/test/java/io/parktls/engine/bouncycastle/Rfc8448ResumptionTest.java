package io.parktls.engine.bouncycastle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import org.bouncycastle.tls.crypto.TlsCryptoUtils;
import org.bouncycastle.tls.crypto.TlsSecret;
import org.junit.jupiter.api.Test;

/**
 * The published values of RFC 8448 section 4, Resumed 0-RTT Handshake, from this engine's own code.
 */
class Rfc8448ResumptionTest {
    private static final int SHA256 = Binders.SHA256;

    // Section 3: the end of the handshake that is resumed

    private static final byte[] MASTER_SECRET = hex("18df06843d13a08bf2a449844c5f8a478001bc4d4c627984d5a41da8d0402919");
    private static final byte[] HASH_UP_TO_CLIENT_FINISHED =
            hex("209145a96ee8e2a122ff810047cc952684658d6049e86429426db87c54ad143d");
    private static final byte[] RESUMPTION_MASTER_SECRET =
            hex("7df235f2031d2a051287d02b0241b0bfdaf86cc856231f2d5aba46c434ec196c");
    private static final byte[] TICKET_NONCE = hex("0000");
    private static final int TICKET_AGE_ADD = 0xfad6aac5;
    private static final byte[] TICKET = hex("""
            2c035d829359ee5ff7af4ec900000000262a6494dc486d2c8a34cb33fa90bf1b0070ad3c498883c9367c09a2be785abc55cd226097a3a9
            82117283f82a03a143efd3ff5dd36d64e861be7fd61d2827db279cce145077d454a3664d4e6da4d29ee03725a6a4dafcd0fc67d2aea705
            29513e3da2677fa5906c5b3f7d8f92f228bda40dda721470f9fbf297b5aea617646fac5c03272e970727c621a79141ef5f7de6505e5bfb
            c388e93343694093934ae4d357""");

    // Section 4

    private static final byte[] PSK = hex("4ecd0eb6ec3b4d87f5d6028f922ca4c5851a277fd41311c9e62d2c9492e1c4f3");
    private static final byte[] EARLY_SECRET = hex("9b2188e9b2fc6d64d71dc329900e20bb41915000f678aa839cbb797cb7d8332c");
    private static final byte[] BINDER_KEY = hex("69fe131a3bbad5d63c64eebcc30e395b9d8107726a13d074e389dbc8a4e47256");
    private static final byte[] FINISHED_KEY = hex("5588673e72cb59c87d220caffe94f2dea9a3b1609f7d50e90a48227db9ed7eaa");
    private static final byte[] BINDER_HASH = hex("63224b2e4573f2d3454ca84b9d009a04f6be9e05711a8396473aefa01e924a14");
    private static final byte[] BINDER = hex("3add4fb2d8fdf822a0ca3cf7678ef5e88dae990141c5924d57bb6fa31b9e5f9d");
    private static final byte[] CLIENT_EARLY_TRAFFIC_SECRET =
            hex("3fbbe6a60deb66c30a32795aba0eff7eaa10105586e7be5c09678d63b6caab62");
    private static final int OBFUSCATED_AGE = 0xfad6aacb;

    /** The ClientHello without its list of binders. */
    private static final byte[] TRUNCATED_CLIENT_HELLO =
            join(hex("""
            010001fc03031bc3ceb6bbe39cff938355b5a50adb6db21b7a6af649d7b4bc419d7876487d95000006130113031302010001cd0000000b
            0009000006736572766572ff01000100000a00140012001d0017001800190100010101020103010400330026002400
            1d0020e4ffb68ac05f8d96c99da26698346c6be16482baddda
            fe051a66b4f18d668f0b002a0000002b0003020304000d0020001e040305030603020308040805080604010501060102010402050206
            020202002d00020101001c00024001001500
            57"""), new byte[0x57], hex("002900dd00b800b2"), TICKET, hex("fad6aacb"));

    private final RoutedCrypto crypto = new RoutedCrypto(new SecureRandom());
    private final OfferedKey key = OfferedKey.ofTicket(crypto, TICKET, PSK, SHA256, OBFUSCATED_AGE);
    private final Binders binders = new Binders(key);

    @Test
    void resumptionMasterSecret() {
        TlsSecret master = new JdkSecret(crypto, MASTER_SECRET.clone());
        assertArrayEquals(
                RESUMPTION_MASTER_SECRET,
                SessionSecrets.resumptionMaster(master, SHA256, HASH_UP_TO_CLIENT_FINISHED)
                        .extract());
    }

    @Test
    void preSharedKeyOfTheTicket() {
        TlsSecret master = new JdkSecret(crypto, RESUMPTION_MASTER_SECRET.clone());
        assertArrayEquals(PSK, SessionSecrets.preSharedKey(master, SHA256, TICKET_NONCE));
    }

    @Test
    void earlySecretAndBinderKeys() throws IOException {
        TlsSecret early = binders.earlySecret();
        // Bouncy Castle takes the key for an external one.
        TlsSecret binderKey =
                TlsCryptoUtils.hkdfExpandLabel(early, SHA256, "ext binder", Binders.sha256(new byte[0]), 32);
        TlsSecret finishedKey = TlsCryptoUtils.hkdfExpandLabel(binderKey, SHA256, "finished", new byte[0], 32);
        assertArrayEquals(FINISHED_KEY, finishedKey.extract());
        assertArrayEquals(BINDER_KEY, binderKey.extract());
        assertArrayEquals(EARLY_SECRET, early.extract());
    }

    @Test
    void binderOverTheTruncatedClientHello() {
        assertEquals(477, TRUNCATED_CLIENT_HELLO.length);
        byte[] hash = Binders.sha256(TRUNCATED_CLIENT_HELLO);
        assertArrayEquals(BINDER_HASH, hash);
        assertArrayEquals(BINDER, binders.binder(hash));
    }

    /** The other labels of the early secret remain, which the record protection of the trace confirms. */
    @Test
    void clientEarlyTrafficSecret() throws IOException {
        byte[] hello = join(TRUNCATED_CLIENT_HELLO, hex("002120"), BINDER);
        assertEquals(512, hello.length);
        assertArrayEquals(
                CLIENT_EARLY_TRAFFIC_SECRET,
                TlsCryptoUtils.hkdfExpandLabel(binders.earlySecret(), SHA256, "c e traffic", Binders.sha256(hello), 32)
                        .extract());
    }

    @Test
    void ageOfTheTicket() {
        assertEquals(6, OBFUSCATED_AGE - TICKET_AGE_ADD, "the age in milliseconds");
        assertEquals(OBFUSCATED_AGE, key.obfuscatedAge());
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        Arrays.stream(parts).forEach(all::writeBytes);
        return all.toByteArray();
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replaceAll("\\s", ""));
    }
}
