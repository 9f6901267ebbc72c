package io.parktls.tickets;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.parktls.jca.Drbg;
import io.parktls.jca.ObjectPool;
import io.parktls.record.AeadAlgorithm;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A key that seals tickets, and its name.
 *
 * <pre>
 *   ticket  = name (16 bytes) || salt (32 bytes) || AES-256-GCM(state) || tag (16 bytes)
 *   AES key, nonce = HKDF-Expand(key, label || salt, 32 + 12 bytes)
 *   authenticated: the name and the data that the engine associates with the ticket
 * </pre>
 *
 * <p>With random nonces, one AES-GCM key may encrypt 2^32 times at most (NIST SP 800-38D 8.3), which a fleet that
 * shares a key could exceed. So each ticket has an AES key and a nonce of its own, derived from a random salt of 256
 * bits. An altered salt yields another AES key, under which the tag is wrong.
 *
 * <p>Thread-safe. A key is discarded while other threads may use it, so it counts its users, and the last one overwrites
 * it. A thread calls {@link #hold} before it uses the key, and {@link #release} afterwards.
 */
final class TicketKey {
    /** The length of the key in bytes. */
    static final int LENGTH = Hkdf.HASH;

    private static final int SALT = 32;
    private static final int CIPHERTEXT = KeyName.LENGTH + SALT;

    /** The length of a ticket with an empty state. */
    static final int SHORTEST_TICKET = CIPHERTEXT + AeadAlgorithm.TAG;

    /** The label distinguishes these keys from other keys of the same secret. A new layout needs a new label. */
    private static final byte[] LABEL = "ParkTLS session ticket 1".getBytes(US_ASCII);

    private static final ObjectPool<SecureRandom> RANDOM = new ObjectPool<>(Drbg::make);

    private final KeyName name;
    private final byte[] key;

    /** The number of threads that use the key, plus one until it is discarded. */
    private final AtomicInteger holders = new AtomicInteger(1);

    /** Takes ownership of the array, which is overwritten when the key is discarded. */
    TicketKey(KeyName name, byte[] key) {
        this.name = name;
        this.key = key;
    }

    /**
     * Creates a key from a name followed by the key itself.
     *
     * @param nameAndKey is overwritten
     */
    static TicketKey of(byte[] nameAndKey) {
        TicketKey made = new TicketKey(
                KeyName.of(nameAndKey), Arrays.copyOfRange(nameAndKey, KeyName.LENGTH, nameAndKey.length));
        Arrays.fill(nameAndKey, (byte) 0);
        return made;
    }

    /** Creates a random key with a random name. */
    static TicketKey random() {
        byte[] nameAndKey = new byte[KeyName.LENGTH + LENGTH];
        Drbg.shared().nextBytes(nameAndKey);
        return of(nameAndKey);
    }

    KeyName name() {
        return name;
    }

    /** Whether two keys that are not discarded have the same name and the same bytes. */
    boolean isSameAs(TicketKey other) {
        return name.equals(other.name) && MessageDigest.isEqual(key, other.key);
    }

    /** Prevents that the key is overwritten. Returns false if it is discarded. */
    boolean hold() {
        int before = holders.get();
        while (before > 0) {
            int seen = holders.compareAndExchange(before, before + 1);
            if (seen == before) {
                return true;
            }
            before = seen;
        }
        return false;
    }

    /** Ends the use after {@link #hold}. */
    void release() {
        if (holders.decrementAndGet() == 0) {
            Arrays.fill(key, (byte) 0);
        }
    }

    /** Overwrites the key, or lets its last user do so. The owner calls this method once. */
    void discard() {
        release();
    }

    /** Returns a new ticket. The caller holds this key. */
    byte[] seal(byte[] state, byte[] associatedData) {
        byte[] salt = new byte[SALT];
        SecureRandom random = RANDOM.take();
        random.nextBytes(salt);
        RANDOM.give(random);

        byte[] nameBytes = name.bytes();
        byte[] ticket = Arrays.copyOf(nameBytes, Math.addExact(SHORTEST_TICKET, state.length));
        System.arraycopy(salt, 0, ticket, KeyName.LENGTH, SALT);
        byte[] secrets = secrets(salt);
        TicketCipher.seal(secrets, nameBytes, associatedData, state, ticket, CIPHERTEXT);
        Arrays.fill(secrets, (byte) 0);
        return ticket;
    }

    /**
     * Returns the state in a ticket, or null if the ticket is not authentic. The caller holds this key.
     *
     * @param ticket at least as long as {@link #SHORTEST_TICKET}, with the name of this key
     */
    byte @Nullable [] open(byte[] ticket, byte[] associatedData) {
        byte[] secrets = secrets(Arrays.copyOfRange(ticket, KeyName.LENGTH, CIPHERTEXT));
        byte[] state = TicketCipher.open(secrets, name.bytes(), associatedData, ticket, CIPHERTEXT);
        Arrays.fill(secrets, (byte) 0);
        return state;
    }

    /** Returns the AES key and the nonce of one ticket. */
    private byte[] secrets(byte[] salt) {
        byte[] info =
                ByteBuffer.allocate(LABEL.length + SALT).put(LABEL).put(salt).array();
        return Hkdf.expand(key, info, TicketCipher.SECRETS);
    }

    /** Returns the name, but not the key. */
    @Override
    public String toString() {
        return "TicketKey[" + name + "]";
    }
}
