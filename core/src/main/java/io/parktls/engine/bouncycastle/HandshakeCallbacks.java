package io.parktls.engine.bouncycastle;

import io.parktls.TlsSession;
import io.parktls.record.RecordLayer;
import org.jspecify.annotations.Nullable;

/** The part of the client's and the server's callbacks that the engine uses. */
interface HandshakeCallbacks {
    RaisedAlert raisedAlert();

    /** Returns the negotiated parameters; null until the handshake is done. */
    @Nullable
    Negotiated negotiated();

    /**
     * Begins what follows the handshake: a server sends session tickets, and a client receives them.
     *
     * @return the client's consumer of tickets; null for a server, and if tickets are not used
     */
    @Nullable
    ClientTickets startTickets(RecordLayer records, TlsSession session);

    /** Reports that the handshake has failed. */
    void failed();

    /** Overwrites the secrets of the session that was offered or resumed. */
    void destroy();
}
