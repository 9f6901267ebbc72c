package io.parktls.engine.jsse;

import io.parktls.TlsContext;
import io.parktls.engine.TlsEngineProvider;
import java.security.KeyManagementException;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/** Makes engines around {@code SSLEngine}s: the platform's, a given provider's, or those of a given context. */
public final class JsseEngineProvider implements TlsEngineProvider {
    private final @Nullable Provider provider;
    private final @Nullable SSLContext sslContext;

    /**
     * @param provider whose {@code SSLContext} to use; null for the platform's preferred one
     * @param sslContext a whole context, which brings its own identities and trust; null for one made to order
     */
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
        if (context.keyLog().isPresent()) {
            throw new IllegalArgumentException("JSSE does not give its secrets away: it has no key log");
        }
        return sslContext == null
                ? make(context)
                : new JsseEngines(context, given(context, sslContext), true, ForeignCalls.ofApplication(context));
    }

    private static SSLContext given(TlsContext context, SSLContext sslContext) {
        if (!context.identities().isEmpty()) {
            throw new IllegalArgumentException("identities belong into the SSLContext that was given to the engine");
        }
        if (context.configuredTrust().isPresent()) {
            throw new IllegalArgumentException("trust belongs into the SSLContext that was given to the engine");
        }
        return sslContext;
    }

    private JsseEngines make(TlsContext context) {
        try {
            SSLContext made =
                    provider == null ? SSLContext.getInstance("TLS") : SSLContext.getInstance("TLS", provider);
            ForeignCalls foreignCalls = ForeignCalls.of(context, made.getProvider());
            made.init(
                    new KeyManager[] {new IdentityAdapter(context.identities())},
                    new TrustManager[] {new TrustAdapter(context.trust(), context.verifyHost(), foreignCalls)},
                    null);
            return new JsseEngines(context, made, false, foreignCalls);
        } catch (NoSuchAlgorithmException | KeyManagementException e) {
            throw new IllegalArgumentException("no SSLContext to be had: " + e.getMessage(), e);
        }
    }

    @Override
    public String toString() {
        return "JSSE[" + (sslContext != null ? sslContext.getProvider() : provider) + "]";
    }
}
