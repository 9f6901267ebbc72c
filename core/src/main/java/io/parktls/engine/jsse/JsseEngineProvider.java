package io.parktls.engine.jsse;

import io.parktls.TlsContext;
import io.parktls.engine.TlsEngine;
import io.parktls.engine.TlsEngineProvider;
import java.security.Provider;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** STUB. */
@SuppressWarnings("UnusedVariable")
public final class JsseEngineProvider implements TlsEngineProvider {

    private final @Nullable Provider provider;
    private final @Nullable SSLContext sslContext;

    public JsseEngineProvider(@Nullable Provider provider, @Nullable SSLContext sslContext) {
        this.provider = provider;
        this.sslContext = sslContext;
    }

    @Override
    public String name() {
        return "JSSE";
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
