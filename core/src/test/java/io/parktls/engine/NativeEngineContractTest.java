package io.parktls.engine;

import io.parktls.engine.bouncycastle.TestProviders;
import java.security.Provider;

/** The default engine with key exchanges and signatures from native libraries. */
class NativeEngineContractTest extends BouncyCastleEngineContractTest {
    @Override
    public TlsEngineProvider engine() {
        return TlsEngineProvider.bouncyCastle(
                TestProviders.CORRETTO_AND_CONSCRYPT.list().toArray(Provider[]::new));
    }
}
