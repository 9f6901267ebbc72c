package io.parktls.engine;

class BouncyCastleEngineContractTest extends TlsEngineContract {
    @Override
    protected TlsEngineProvider engine() {
        return TlsEngineProvider.bouncyCastle();
    }
}
