package io.parktls.tickets;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Ticket keys that are derived from a secret and the number of the epoch, so that all machines with the secret have the
 * same keys. Tickets of a machine whose clock is up to one epoch ahead or behind are opened too.
 */
public final class SharedTicketKeys extends EpochTicketKeys {
    private static final int MIN_SECRET = 32;
    private static final int OLDEST = EPOCHS_IN_TICKET_LIFETIME + 1;

    private static final byte[] SALT = "ParkTLS shared ticket keys 1".getBytes(US_ASCII);

    /**
     * The keys that HKDF extracts from the secrets, the current one first. They replace the secrets, which are not
     * kept. Guarded by the lock of the renewal.
     */
    private final List<byte[]> extracted = new ArrayList<>();

    /**
     * Creates ticket keys from a secret.
     *
     * @throws IllegalArgumentException if a secret is shorter than 32 bytes, has only zero bytes, or occurs twice
     */
    public SharedTicketKeys(byte[] secret, byte[]... formerSecrets) {
        add("the secret", secret);
        for (int i = 0; i < formerSecrets.length; i++) {
            add("former secret " + (i + 1), formerSecrets[i]);
        }
    }

    private void add(String name, byte[] secret) {
        KeyMaterial.requireStrong(name, secret, MIN_SECRET);
        byte[] key = Hkdf.extract(SALT, secret);
        for (byte[] other : extracted) {
            if (MessageDigest.isEqual(key, other)) {
                throw new IllegalArgumentException(
                        name + " for session tickets occurs twice: pass each secret only once");
            }
        }
        extracted.add(key);
    }

    @Override
    KeySet keysOf(long epoch) {
        byte[] current = extracted.getFirst();
        TicketKey upcoming = derive(current, epoch + 1);
        TicketKey sealing = derive(current, epoch);
        List<TicketKey> former = new ArrayList<>();
        for (int age = 1; age <= OLDEST; age++) {
            former.add(derive(current, epoch - age));
        }
        for (byte[] old : extracted.subList(1, extracted.size())) {
            for (int age = -1; age <= OLDEST; age++) {
                former.add(derive(old, epoch - age));
            }
        }
        return new KeySet(List.of(upcoming), sealing, former);
    }

    private static TicketKey derive(byte[] extracted, long epoch) {
        byte[] info = ByteBuffer.allocate(Long.BYTES).putLong(epoch).array();
        return TicketKey.of(Hkdf.expand(extracted, info, KeyName.LENGTH + TicketKey.LENGTH));
    }

    @Override
    void destroySecrets() {
        extracted.forEach(key -> Arrays.fill(key, (byte) 0));
    }

    @Override
    public boolean mayWait() {
        return false;
    }

    /** Returns the number of secrets, but no secret. */
    @Override
    public String toString() {
        return "TlsTicketKeys.shared(" + extracted.size() + (extracted.size() == 1 ? " secret)" : " secrets)");
    }
}
