package io.parktls.engine.bouncycastle;

import io.parktls.TlsContext;
import io.parktls.engine.TlsEngine;
import io.parktls.engine.TlsEngineProvider;
import org.jspecify.annotations.Nullable;

/** STUB. */
public final class BouncyCastleEngineProvider implements TlsEngineProvider {
    public static final BouncyCastleEngineProvider INSTANCE = new BouncyCastleEngineProvider();

    private BouncyCastleEngineProvider() {}

    @Override
    public String name() {
        return "BouncyCastle";
    }

    @Override
    public Engines prepare(TlsContext context) {
        return new Engines() {
            @Override
            public TlsEngine client(@Nullable String host, int port) {
                throw new UnsupportedOperationException();
            }

            @Override
            public TlsEngine server() {
                throw new UnsupportedOperationException();
            }
        };
    }
}
