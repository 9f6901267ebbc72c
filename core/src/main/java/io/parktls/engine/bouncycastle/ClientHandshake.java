package io.parktls.engine.bouncycastle;

import org.bouncycastle.tls.TlsClientProtocol;

/** Bouncy Castle's client, that also says where it is. */
final class ClientHandshake extends TlsClientProtocol implements HandshakeSteps {
    @Override
    public String lastStep() {
        return HandshakeSteps.name(connection_state);
    }
}
