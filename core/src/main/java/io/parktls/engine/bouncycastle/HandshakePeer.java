package io.parktls.engine.bouncycastle;

import org.jspecify.annotations.Nullable;

/** What the engine asks of either end's callbacks. */
interface HandshakePeer {
    Alerts alerts();

    /** What was negotiated; null until the handshake is done. */
    @Nullable
    Negotiated negotiated();
}
