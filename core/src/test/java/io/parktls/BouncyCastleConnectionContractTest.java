package io.parktls;

import io.parktls.engine.TlsEngineProvider;

class BouncyCastleConnectionContractTest extends TlsConnectionContract {
    @Override
    protected TlsEngineProvider engine() {
        return TlsEngineProvider.bouncyCastle();
    }
}
