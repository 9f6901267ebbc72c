package io.parktls.engine.bouncycastle;

import io.parktls.TlsTicketKeys;
import io.parktls.TlsTicketKeys.Opened;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.apache.logging.log4j.LogManager;
import org.bouncycastle.tls.TlsFatalAlert;
import org.jspecify.annotations.Nullable;

/**
 * Calls the ticket keys of a context, which may be code of the application. If they fail, the handshake goes on without
 * tickets.
 */
final class TicketCalls {
    private final TlsTicketKeys keys;
    private final ForeignCalls foreignCalls;

    TicketCalls(TlsTicketKeys keys, ForeignCalls foreignCalls) {
        this.keys = keys;
        this.foreignCalls = foreignCalls;
    }

    /** Opens a ticket. A failure of the keys counts as an unknown key. */
    Opened open(byte[] ticket, byte[] associatedData, Instant now) {
        Opened opened = call("open", () -> keys.open(ticket, associatedData, now));
        return opened == null ? Opened.refused(Opened.Result.UNKNOWN_KEY) : opened;
    }

    /** Seals a state; returns null if the keys fail. */
    byte @Nullable [] seal(byte[] state, byte[] associatedData, Instant now) {
        return call("seal", () -> keys.seal(state, associatedData, now));
    }

    private <T> @Nullable T call(String what, Callable<T> code) {
        try {
            return keys.mayWait() ? foreignCalls.call("the ticket keys", code) : code.call();
        } catch (Exception e) {
            Throwable cause = e instanceof TlsFatalAlert && e.getCause() != null ? e.getCause() : e;
            // The exception's message may quote secrets, so only its class is logged.
            LogManager.getLogger(TicketCalls.class)
                    .warn(
                            "the ticket keys failed to {} a ticket with {}; the handshake goes on without it",
                            what,
                            cause.getClass().getName());
            return null;
        }
    }
}
