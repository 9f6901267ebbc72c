package io.parktls.engine.bouncycastle;

import org.bouncycastle.tls.TlsServerProtocol;

/** Bouncy Castle's server, that also says where it is. */
final class ServerHandshake extends TlsServerProtocol implements HandshakeSteps {
    @Override
    public String lastStep() {
        return HandshakeSteps.name(connection_state);
    }
}
