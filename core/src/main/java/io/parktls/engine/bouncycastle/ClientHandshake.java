package io.parktls.engine.bouncycastle;

import java.io.IOException;
import org.bouncycastle.tls.TlsClientProtocol;
import org.bouncycastle.tls.TlsUtils;

/** Bouncy Castle's client, that also says where it is. */
final class ClientHandshake extends TlsClientProtocol implements HandshakeSteps {
    @Override
    public String lastStep() {
        return HandshakeSteps.name(connection_state);
    }

    @Override
    public boolean isRetryRequested() {
        return connection_state == CS_SERVER_HELLO_RETRY_REQUEST;
    }

    @Override
    public boolean isTls13() {
        return TlsUtils.isTLSv13(getContext());
    }

    @Override
    public void abandon() throws IOException {
        handleFailure();
    }
}
