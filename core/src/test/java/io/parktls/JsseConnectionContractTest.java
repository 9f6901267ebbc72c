package io.parktls;

import io.parktls.engine.TlsEngineProvider;

class JsseConnectionContractTest extends TlsConnectionContract {
    @Override
    protected TlsEngineProvider engine() {
        return TlsEngineProvider.jsse();
    }
}
