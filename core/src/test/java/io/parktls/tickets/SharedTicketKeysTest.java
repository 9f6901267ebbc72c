package io.parktls.tickets;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.TlsTicketKeys;
import io.parktls.TlsTicketKeys.Opened.Result;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SharedTicketKeysTest extends TicketKeysContract {
    private static final AtomicInteger SEED = new AtomicInteger(1_000);

    private static final byte[] SECRET = random(1, 32);
    private static final byte[] OTHER_SECRET = random(2, 48);

    @Override
    TlsTicketKeys make() {
        return TlsTicketKeys.shared(random(SEED.incrementAndGet(), 32));
    }

    @Test
    void neverWaits() {
        assertFalse(make().mayWait());
    }

    @Test
    void allServersWithTheSecretOpenEachOthersTickets() {
        TlsTicketKeys one = TlsTicketKeys.shared(SECRET);
        TlsTicketKeys other = TlsTicketKeys.shared(SECRET.clone());
        TlsTicketKeys foreign = TlsTicketKeys.shared(OTHER_SECRET);
        for (int epoch = 0; epoch < 30; epoch++) {
            Instant now = START.plus(EPOCH.multipliedBy(epoch)).plusSeconds(epoch);
            assertEquals(Result.OPENED, open(other, seal(one, now), now));
            assertEquals(Result.OPENED, open(one, seal(other, now), now));
            assertEquals(Result.OPENED, open(TlsTicketKeys.shared(SECRET), seal(one, now), now), "after a restart");
            assertEquals(Result.UNKNOWN_KEY, open(foreign, seal(one, now), now));
        }
    }

    @Test
    void aKeySealsForOneEpochAndOpensForSevenDays() {
        TlsTicketKeys keys = TlsTicketKeys.shared(SECRET);
        byte[] ticket = seal(keys, START);
        assertName(ticket, seal(keys, START.plus(EPOCH).minusNanos(1)));
        assertNotEquals(KeyName.of(ticket), KeyName.of(seal(keys, START.plus(EPOCH))));
        for (int age = 1; age < 40; age++) {
            // A new object each time: the keys of the past are derived, not remembered.
            Result expected = age <= 22 ? Result.OPENED_BY_FORMER_KEY : Result.UNKNOWN_KEY;
            Instant now = START.plus(EPOCH.multipliedBy(age));
            assertEquals(expected, open(keys, ticket, now), "after " + age + " epochs");
            assertEquals(expected, open(TlsTicketKeys.shared(SECRET), ticket, now), "after " + age + " epochs");
        }
    }

    @Test
    void serversWhoseClocksDifferByOneEpochOpenEachOthersTickets() {
        byte[] fromAhead = seal(TlsTicketKeys.shared(SECRET), START.plus(EPOCH));
        assertEquals(Result.OPENED, open(TlsTicketKeys.shared(SECRET), fromAhead, START));
        assertEquals(Result.UNKNOWN_KEY, open(TlsTicketKeys.shared(SECRET), fromAhead, START.minusNanos(1)));
    }

    @Test
    void keysThatAreTooOldAreOverwritten() {
        RotatingTicketKeys keys = (RotatingTicketKeys) TlsTicketKeys.shared(SECRET);
        seal(keys, START);
        TicketKey key = sealingKey(keys);
        seal(keys, START.plus(Duration.ofDays(30)));
        assertFalse(key.hold(), "the key is not overwritten");
    }

    /** The new secret is added as a former one on all servers, then becomes the current one, then is alone. */
    @Test
    void secretsAreRolledOverWithoutALoss() {
        TlsTicketKeys before = TlsTicketKeys.shared(SECRET);
        TlsTicketKeys prepared = TlsTicketKeys.shared(SECRET, OTHER_SECRET);
        TlsTicketKeys rolled = TlsTicketKeys.shared(OTHER_SECRET, SECRET);
        TlsTicketKeys after = TlsTicketKeys.shared(OTHER_SECRET);
        assertEquals(Result.OPENED, open(prepared, seal(before, START), START));
        assertEquals(Result.OPENED, open(before, seal(prepared, START), START));
        assertEquals(Result.OPENED_BY_FORMER_KEY, open(prepared, seal(rolled, START), START));
        assertEquals(Result.OPENED_BY_FORMER_KEY, open(rolled, seal(prepared, START), START));
        assertEquals(Result.OPENED, open(rolled, seal(after, START), START));
        assertEquals(Result.OPENED, open(after, seal(rolled, START), START));
        assertEquals(Result.UNKNOWN_KEY, open(after, seal(before, START), START));

        byte[] old = seal(before, START);
        assertEquals(Result.OPENED_BY_FORMER_KEY, open(rolled, old, START.plus(EPOCH.multipliedBy(22))));
        assertEquals(Result.UNKNOWN_KEY, open(rolled, old, START.plus(EPOCH.multipliedBy(23))));
        byte[] ahead = seal(before, START.plus(EPOCH));
        assertEquals(Result.OPENED_BY_FORMER_KEY, open(TlsTicketKeys.shared(OTHER_SECRET, SECRET), ahead, START));
    }

    @Test
    void secretsAreCopied() {
        byte[] secret = SECRET.clone();
        byte[] former = OTHER_SECRET.clone();
        TlsTicketKeys keys = TlsTicketKeys.shared(secret, former);
        Arrays.fill(secret, (byte) 0);
        Arrays.fill(former, (byte) 0);
        assertEquals(Result.OPENED, open(keys, seal(TlsTicketKeys.shared(SECRET), START), START));
        assertEquals(Result.OPENED_BY_FORMER_KEY, open(keys, seal(TlsTicketKeys.shared(OTHER_SECRET), START), START));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 16, 31})
    void refusesShortSecrets(int length) {
        byte[] secret = random(3, length);
        for (Exception e : new Exception[] {
            assertThrows(IllegalArgumentException.class, () -> TlsTicketKeys.shared(secret)),
            assertThrows(IllegalArgumentException.class, () -> TlsTicketKeys.shared(SECRET, OTHER_SECRET, secret))
        }) {
            assertTrue(String.valueOf(e.getMessage()).contains(" has " + length + " bytes: at least 32"), e.toString());
        }
    }

    @Test
    void refusesSecretsThatOccurTwiceOrHaveBeenWiped() {
        assertThrows(IllegalArgumentException.class, () -> TlsTicketKeys.shared(SECRET, SECRET.clone()));
        assertThrows(
                IllegalArgumentException.class, () -> TlsTicketKeys.shared(SECRET, OTHER_SECRET, OTHER_SECRET.clone()));
        assertThrows(IllegalArgumentException.class, () -> TlsTicketKeys.shared(new byte[32]));
        assertThrows(IllegalArgumentException.class, () -> TlsTicketKeys.shared(SECRET, new byte[64]));
    }

    /**
     * Opens a ticket with nothing but the JDK. A server of another version must derive the same keys, so a change of
     * the derivation or the layout is a change of the format.
     */
    @Test
    void theFormatIsStable() throws Exception {
        Instant now = Instant.ofEpochSecond(20_000L * 8 * 3600 + 17);
        byte[] state = random(4, 77);
        ByteBuffer ticket = ByteBuffer.wrap(TlsTicketKeys.shared(SECRET).seal(state, DATA, now));
        byte[] name = take(ticket, 16);
        byte[] salt = take(ticket, 32);

        byte[] epoch = ByteBuffer.allocate(8).putLong(20_000).array();
        byte[] nameAndKey = hkdf().deriveData(HKDFParameterSpec.ofExtract()
                .addIKM(SECRET)
                .addSalt("ParkTLS shared ticket keys 1".getBytes(US_ASCII))
                .thenExpand(epoch, 48));
        assertArrayEquals(Arrays.copyOf(nameAndKey, 16), name);
        byte[] label = "ParkTLS session ticket 1".getBytes(US_ASCII);
        byte[] info =
                ByteBuffer.allocate(label.length + 32).put(label).put(salt).array();
        byte[] secrets = hkdf().deriveData(
                        HKDFParameterSpec.expandOnly(new SecretKeySpec(nameAndKey, 16, 32, "Generic"), info, 44));
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(
                Cipher.DECRYPT_MODE,
                new SecretKeySpec(secrets, 0, 32, "AES"),
                new GCMParameterSpec(128, secrets, 32, 12));
        cipher.updateAAD(name);
        cipher.updateAAD(DATA);
        assertArrayEquals(state, cipher.doFinal(take(ticket, ticket.remaining())));
    }

    private static KDF hkdf() throws Exception {
        return KDF.getInstance("HKDF-SHA256");
    }

    private static byte[] take(ByteBuffer from, int length) {
        byte[] taken = new byte[length];
        from.get(taken);
        return taken;
    }
}
