package io.parktls.record;

/** Receives the session tickets that a TLS 1.3 server sends after the handshake (RFC 8446 4.6.1). */
public interface TicketConsumer {
    /**
     * Receives a ticket. Called by the reading thread.
     *
     * @param lifetimeSeconds the ticket_lifetime; 0 means that the ticket must not be used
     * @param ageAdd the ticket_age_add
     * @param nonce the ticket_nonce, 0 to 255 bytes
     * @param ticket the ticket, at least one byte
     */
    void ticket(long lifetimeSeconds, int ageAdd, byte[] nonce, byte[] ticket);
}
