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
    /**
     * The longest ticket. It has to fit into one record with the rest of NewSessionTicket, and later into a ClientHello,
     * which many servers limit to 16 KiB.
     */
    private static final int MAX_TICKET = 14 * 1024;

    private final TlsTicketKeys keys;
    private final ForeignCalls foreignCalls;

    TicketCalls(TlsTicketKeys keys, ForeignCalls foreignCalls) {
        this.keys = keys;
        this.foreignCalls = foreignCalls;
    }

    /** Opens a ticket. A failure of the keys counts as an unknown key. */
    Opened open(byte[] ticket, byte[] associatedData, Instant now) {
        Opened opened = call("open", () -> keys.open(ticket, associatedData, now));
        // An implementation of the application may return null in place of the state.
        return opened == null || opened.state() == null ? Opened.refused(Opened.Result.UNKNOWN_KEY) : opened;
    }

    /** Seals a state; returns null if the keys fail. */
    byte @Nullable [] seal(byte[] state, byte[] associatedData, Instant now) {
        byte[] ticket = call("seal", () -> keys.seal(state, associatedData, now));
        if (ticket == null || (ticket.length > 0 && ticket.length <= MAX_TICKET)) {
            return ticket;
        }
        LogManager.getLogger(TicketCalls.class)
                .warn(
                        "the ticket keys sealed {} bytes as a ticket of {} bytes, but a ticket has 1 to {}; the handshake"
                                + " goes on without it",
                        state.length,
                        ticket.length,
                        MAX_TICKET);
        return null;
    }

    @SuppressWarnings("CatchingUnchecked") // An Error of the keys, too, must not end the handshake.
    private <T> @Nullable T call(String what, Callable<T> code) {
        try {
            return keys.mayWait() ? foreignCalls.call("the ticket keys", code) : code.call();
        } catch (Exception | Error e) {
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
