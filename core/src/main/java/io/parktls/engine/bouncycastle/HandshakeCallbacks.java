package io.parktls.engine.bouncycastle;

import org.jspecify.annotations.Nullable;

/** The part of the client's and the server's callbacks that the engine uses. */
interface HandshakeCallbacks {
    RaisedAlert raisedAlert();

    /** Returns the negotiated parameters; null until the handshake is done. */
    @Nullable
    Negotiated negotiated();
}
