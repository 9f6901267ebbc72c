package io.parktls.tickets;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Random ticket keys, one for each epoch. A key opens tickets until the last one that it may have sealed has expired.
 */
public final class ProcessTicketKeys extends EpochTicketKeys {
    /** Limits the keys if the clock goes back and forth. Without that there are never more. */
    private static final int MAX_KEYS = EPOCHS_IN_TICKET_LIFETIME + 1;

    private record EpochKey(long epoch, TicketKey key) {}

    /** The newest key first. Guarded by the lock of the renewal. */
    private final Deque<EpochKey> keys = new ArrayDeque<>();

    @Override
    KeySet keysOf(long epoch) {
        // Keys of later epochs remain: the clock has gone back, and their tickets are still valid.
        keys.removeIf(old -> old.epoch < epoch - EPOCHS_IN_TICKET_LIFETIME);
        List<TicketKey> former =
                keys.stream().limit(MAX_KEYS - 1).map(EpochKey::key).toList();
        while (keys.size() > former.size()) {
            keys.removeLast();
        }
        TicketKey sealing = TicketKey.random();
        keys.addFirst(new EpochKey(epoch, sealing));
        return new KeySet(List.of(), sealing, former);
    }

    @Override
    void destroySecrets() {
        keys.clear();
    }

    @Override
    public boolean mayWait() {
        return false;
    }

    @Override
    public String toString() {
        return "TlsTicketKeys.perProcess()";
    }
}
