package io.parktls.resumption;

import io.parktls.TlsTicketKeys;
import java.time.Instant;

/** Keys whose tickets are the unencrypted state, so that a test can issue a ticket with any content. */
class PlainKeys implements TlsTicketKeys {
    @Override
    public byte[] seal(byte[] state, byte[] associatedData, Instant now) {
        return state.clone();
    }

    @Override
    public Opened open(byte[] ticket, byte[] associatedData, Instant now) {
        return new Opened(Opened.Result.OPENED, ticket.clone());
    }

    @Override
    public boolean mayWait() {
        return false;
    }

    @Override
    public void destroy() {}
}
