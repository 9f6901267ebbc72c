package io.parktls.engine.bouncycastle;

import io.parktls.wire.HandshakeReader;
import java.io.IOException;
import org.bouncycastle.tls.HandshakeMessageInput;
import org.bouncycastle.tls.TlsClientProtocol;
import org.bouncycastle.tls.TlsUtils;

/** Bouncy Castle's client, that also says where it is, and whose messages are read by our own reader first. */
final class ClientHandshake extends TlsClientProtocol implements HandshakeSteps {
    private final MessageCheck check = new MessageCheck(HandshakeReader.client());

    @Override
    protected void handleHandshakeMessage(short type, HandshakeMessageInput message) throws IOException {
        check.received(type, message);
        super.handleHandshakeMessage(type, message);
    }

    @Override
    protected void writeRecord(short type, byte[] bytes, int offset, int length) throws IOException {
        check.sent(type, bytes, offset, length);
        super.writeRecord(type, bytes, offset, length);
    }

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
