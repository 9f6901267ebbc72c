package io.parktls.sockets;

import io.parktls.engine.TlsEngineProvider;

/** Runs the contract of {@link TlsSocket} with the Bouncy Castle engine. */
final class BouncyCastleSocketTest extends TlsSocketContract {
    @Override
    protected TlsEngineProvider engine() {
        return TlsEngineProvider.bouncyCastle();
    }
}
