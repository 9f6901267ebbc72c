package io.parktls.tickets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.TlsTicketKeys;
import io.parktls.TlsTicketKeys.Opened.Result;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ProcessTicketKeysTest extends TicketKeysContract {
    private static final Duration LIFETIME = Duration.ofDays(7);

    @Override
    TlsTicketKeys make() {
        return TlsTicketKeys.perProcess();
    }

    @Test
    void neverWaits() {
        assertFalse(make().mayWait());
    }

    @Test
    void aNewKeySealsAfterEightHours() {
        TlsTicketKeys keys = make();
        byte[] first = seal(keys, START);
        assertName(first, seal(keys, START.plus(EPOCH).minusNanos(1)));
        byte[] second = seal(keys, START.plus(EPOCH));
        assertNotEquals(KeyName.of(first), KeyName.of(second));
        assertEquals(Result.OPENED_BY_FORMER_KEY, open(keys, first, START.plus(EPOCH)));
        assertEquals(Result.OPENED, open(keys, second, START.plus(EPOCH)));
    }

    @Test
    void aKeyOpensTicketsUntilTheLastOneHasExpiredAndIsThenOverwritten() {
        RotatingTicketKeys keys = (RotatingTicketKeys) make();
        byte[] ticket = seal(keys, START);
        TicketKey key = sealingKey(keys);
        Instant end = START.plus(EPOCH).plus(LIFETIME);
        assertEquals(Result.OPENED_BY_FORMER_KEY, open(keys, ticket, end.minusNanos(1)));
        assertTrue(key.hold());
        key.release();
        assertEquals(Result.UNKNOWN_KEY, open(keys, ticket, end));
        assertFalse(key.hold(), "the key is not overwritten");
    }

    @Test
    void eachOfManyKeysExpiresInItsTurn() {
        TlsTicketKeys keys = make();
        List<byte[]> tickets = new ArrayList<>();
        for (int epoch = 0; epoch < 60; epoch++) {
            Instant now = START.plus(EPOCH.multipliedBy(epoch));
            tickets.add(seal(keys, now));
            for (int sealed = 0; sealed <= epoch; sealed++) {
                Result expected = sealed == epoch
                        ? Result.OPENED
                        : epoch - sealed <= 21 ? Result.OPENED_BY_FORMER_KEY : Result.UNKNOWN_KEY;
                assertEquals(expected, open(keys, tickets.get(sealed), now), sealed + " in " + epoch);
            }
        }
    }

    @Test
    void aClockThatGoesFarBackKeepsTicketsValid() {
        TlsTicketKeys keys = make();
        byte[] ticket = seal(keys, START);
        Instant earlier = START.minus(Duration.ofDays(30));
        assertEquals(Result.OPENED_BY_FORMER_KEY, open(keys, ticket, earlier));
        assertEquals(Result.OPENED, open(keys, seal(keys, earlier), earlier));
        assertEquals(Result.OPENED_BY_FORMER_KEY, open(keys, ticket, START.plus(EPOCH)));
    }

    @Test
    void aClockThatGoesBackAndForthDoesNotCollectKeys() {
        TlsTicketKeys keys = make();
        List<byte[]> tickets = new ArrayList<>();
        Instant now = START;
        for (int i = 0; i < 200; i++) {
            now = i % 2 == 0 ? START : START.plus(EPOCH.multipliedBy(3));
            tickets.add(seal(keys, now));
        }
        Instant last = now;
        assertEquals(
                22, tickets.stream().filter(t -> open(keys, t, last).isOpened()).count());
    }
}
