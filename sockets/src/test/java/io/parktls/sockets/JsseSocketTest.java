package io.parktls.sockets;

import io.parktls.TlsVersion;
import io.parktls.engine.TlsEngineProvider;

/** Runs the contract of {@link TlsSocket} with the JDK's engine. */
final class JsseSocketTest extends TlsSocketContract {
    @Override
    protected TlsEngineProvider engine() {
        return TlsEngineProvider.jsse();
    }

    @Override
    protected boolean writesAfterPeerClosed(TlsVersion version) {
        return version == TlsVersion.TLS_1_3;
    }
}
