package io.parktls.engine;

import io.parktls.engine.bouncycastle.TestProviders;
import java.security.Provider;

/** The contract of the default engine with key exchanges and signatures by native libraries. */
class NativeEngineContractTest extends BouncyCastleEngineContractTest {
    @Override
    public TlsEngineProvider engine() {
        return TlsEngineProvider.bouncyCastle(
                TestProviders.CORRETTO_AND_CONSCRYPT.list().toArray(Provider[]::new));
    }
}
