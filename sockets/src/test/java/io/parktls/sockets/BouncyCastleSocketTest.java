package io.parktls.sockets;

import io.parktls.engine.TlsEngineProvider;

/** The contract of sockets with the Bouncy Castle engine. */
final class BouncyCastleSocketTest extends TlsSocketContract {
    @Override
    protected TlsEngineProvider engine() {
        return TlsEngineProvider.bouncyCastle();
    }
}
