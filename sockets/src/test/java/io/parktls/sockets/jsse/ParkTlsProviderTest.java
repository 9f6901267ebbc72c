package io.parktls.sockets.jsse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.ConnectionPair;
import io.parktls.TestContexts;
import io.parktls.TlsContext;
import io.parktls.bio.Bio;
import io.parktls.engine.TlsEngineProvider;
import java.security.KeyManagementException;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.Security;
import java.util.List;
import java.util.ServiceLoader;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests how the provider is found, the contexts that it offers, and that ParkTLS does not call itself. */
final class ParkTlsProviderTest {
    private static final Provider PROVIDER = new ParkTlsProvider();

    private static SSLContext context(String algorithm) throws Exception {
        SSLContext context = SSLContext.getInstance(algorithm, PROVIDER);
        context.init(new KeyManager[0], null, null);
        return context;
    }

    @Test
    void serviceLoaderFindsTheProvider() {
        assertTrue(ServiceLoader.load(Provider.class).stream()
                .anyMatch(found -> found.type() == ParkTlsProvider.class
                        && found.get().getName().equals("ParkTLS")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLS", "TLSv1.2", "TLSv1.3", "SSL"})
    void contexts(String algorithm) throws Exception {
        SSLContext context = context(algorithm);
        assertEquals("ParkTLS", context.getProvider().getName());
        List<String> client = List.of(context.getDefaultSSLParameters().getProtocols());
        assertEquals(algorithm.equals("TLSv1.2") ? List.of("TLSv1.2") : List.of("TLSv1.3", "TLSv1.2"), client);
        assertEquals(
                List.of("TLSv1.3", "TLSv1.2"),
                List.of(context.getSupportedSSLParameters().getProtocols()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1", "TLSv1.1", "SSLv3", "DTLS", "DTLSv1.2"})
    void otherProtocolsAreLeftToTheNextProvider(String algorithm) throws Exception {
        assertThrows(NoSuchAlgorithmException.class, () -> SSLContext.getInstance(algorithm, PROVIDER));
        Security.insertProviderAt(PROVIDER, 1);
        try {
            if (Security.getProviders("SSLContext." + algorithm) != null) {
                assertNotEquals(
                        "ParkTLS",
                        SSLContext.getInstance(algorithm).getProvider().getName());
            }
        } finally {
            Security.removeProvider(ParkTlsProvider.NAME);
        }
    }

    @Test
    void defaultContextIsInitialized() throws Exception {
        SSLContext context = SSLContext.getInstance("Default", PROVIDER);
        assertFalse(context.getSocketFactory().getDefaultCipherSuites().length == 0);
        assertThrows(KeyManagementException.class, () -> context.init(null, null, null));
    }

    @Test
    void uninitializedContext() throws Exception {
        SSLContext context = SSLContext.getInstance("TLS", PROVIDER);
        assertThrows(IllegalStateException.class, context::getSocketFactory);
        assertThrows(IllegalStateException.class, context::getServerSocketFactory);
        assertThrows(IllegalStateException.class, context::createSSLEngine);
    }

    /** The JSSE engine asks the JVM for its preferred provider, which here is ParkTLS itself. */
    @Test
    void jsseEngineDoesNotUseTheProvider() throws Exception {
        Security.insertProviderAt(PROVIDER, 1);
        try {
            TlsEngineProvider jsse = TlsEngineProvider.jsse();
            ConnectionPair pair = new ConnectionPair(
                            TestContexts.client(jsse).build(),
                            TestContexts.server(jsse).build(),
                            Bio.pair(1 << 16))
                    .handshake();
            assertEquals("JSSE (SunJSSE)", pair.client().session().engine());
            assertEquals(
                    "io.parktls.sockets.jsse",
                    context("TLS").createSSLEngine().getClass().getPackageName());
        } finally {
            Security.removeProvider(ParkTlsProvider.NAME);
        }
    }

    @Test
    void trustManagersWithoutX509TrustNoPeer() throws Exception {
        SSLContext context = SSLContext.getInstance("TLS", PROVIDER);
        context.init(null, new TrustManager[0], null);
        assertEquals(0, NoTrust.INSTANCE.getAcceptedIssuers().length);
        assertTrue(context.getSocketFactory() instanceof SSLSocketFactory);
    }

    /** OkHttp, for example, sets ALPN on each socket. */
    @Test
    void equalParametersShareAContext() throws Exception {
        SocketContext shared = SocketContext.of(TlsContext.client());
        TlsContext first = varied(shared, "h2", "http/1.1");
        assertSame(first, varied(shared, "h2", "http/1.1"));
        assertNotSame(first, varied(shared, "http/1.1"));
        assertSame(shared.widest(), new NegotiationSettings(shared).context(true));
    }

    private static TlsContext varied(SocketContext shared, String... protocols) throws SSLHandshakeException {
        NegotiationSettings settings = new NegotiationSettings(shared);
        SSLParameters parameters = settings.parameters(true);
        parameters.setApplicationProtocols(protocols);
        settings.parameters(parameters);
        return settings.context(true);
    }
}
