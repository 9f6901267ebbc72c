package io.parktls.sockets.jsse;

import io.parktls.TlsContext;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyManagementException;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509KeyManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** The provider's {@code SSLContext}. Thread-safe once it is initialized. */
final class SslContext extends SSLContextSpi {
    private final ContextKind kind;

    private final ClientSessionContext clientSessions = new ClientSessionContext();
    private final SessionContext serverSessions = new SessionContext();

    /** The state that sockets and engines share; null until initialized. */
    private volatile @Nullable SocketContext shared;

    private SslContext(ContextKind kind) {
        this.kind = kind;
        clientSessions.applySystemProperties();
        serverSessions.applySystemProperties();
    }

    static SslContext create(ContextKind kind) throws NoSuchAlgorithmException {
        SslContext context = new SslContext(kind);
        if (kind == ContextKind.DEFAULT) {
            try {
                context.initialize(DefaultManagers.keys(), null);
            } catch (GeneralSecurityException | IOException e) {
                throw new NoSuchAlgorithmException(
                        "the default context cannot be created from javax.net.ssl.keyStore and"
                                + " javax.net.ssl.trustStore: " + e.getMessage(),
                        e);
            }
        }
        return context;
    }

    /**
     * {@inheritDoc}
     *
     * @param keyManagers the first {@link X509KeyManager} is used; null or empty for none
     * @param trustManagers the first {@link X509TrustManager} is used; null for the JVM's default trust
     * @param random not used: ParkTLS takes its random numbers from the JDK's default sources
     */
    @Override
    protected void engineInit(
            KeyManager @Nullable [] keyManagers, TrustManager @Nullable [] trustManagers, @Nullable SecureRandom random)
            throws KeyManagementException {
        if (kind == ContextKind.DEFAULT) {
            throw new KeyManagementException("the default SSLContext is initialized automatically");
        }
        initialize(keyManagers, trustManagers);
    }

    private void initialize(KeyManager @Nullable [] keyManagers, TrustManager @Nullable [] trustManagers)
            throws KeyManagementException {
        try {
            TrustManager[] trust = trustManagers == null ? DefaultManagers.trust() : trustManagers;
            shared = sockets(keys(keyManagers), trust(trust));
        } catch (GeneralSecurityException | IllegalArgumentException | IllegalStateException e) {
            throw new KeyManagementException("the SSLContext cannot be initialized: " + e.getMessage(), e);
        }
    }

    private SocketContext sockets(@Nullable X509KeyManager keys, X509TrustManager trust) {
        ManagerAuthentication authentication = new ManagerAuthentication(keys, trust);
        TlsContext widest = TlsContext.builder()
                .trust(authentication.contextTrust())
                // JSSE's contract: the host is verified if the endpoint identification algorithm says so, and the end
                // of the stream is the end of the data unless com.sun.net.ssl.requireCloseNotify is set.
                .verifyHost(false)
                // As in the JDK, a client asks for OCSP responses, which its trust manager may use.
                .requestStaples(SystemSettings.requestStaples())
                .unsafeIgnoreTruncation(!Boolean.getBoolean("com.sun.net.ssl.requireCloseNotify"))
                .build();
        return new SocketContext(
                widest,
                SystemSettings.defaults(widest, kind, true),
                SystemSettings.defaults(widest, kind, false),
                authentication,
                clientSessions,
                serverSessions);
    }

    private static @Nullable X509KeyManager keys(KeyManager @Nullable [] managers) {
        if (managers != null) {
            for (KeyManager manager : managers) {
                if (manager instanceof X509KeyManager keys) {
                    return keys;
                }
            }
        }
        return null;
    }

    private static X509TrustManager trust(TrustManager[] managers) {
        for (TrustManager manager : managers) {
            if (manager instanceof X509TrustManager trust) {
                return trust;
            }
        }
        return NoTrust.INSTANCE;
    }

    private SocketContext initialized() {
        SocketContext current = shared;
        if (current == null) {
            throw new IllegalStateException("SSLContext is not initialized: call init(...)");
        }
        return current;
    }

    @Override
    protected SSLSocketFactory engineGetSocketFactory() {
        return new TlsSocketFactory(initialized());
    }

    @Override
    protected SSLServerSocketFactory engineGetServerSocketFactory() {
        return new TlsServerSocketFactory(initialized());
    }

    @Override
    protected SSLEngine engineCreateSSLEngine() {
        return engineCreateSSLEngine(null, -1);
    }

    @Override
    protected SSLEngine engineCreateSSLEngine(@Nullable String host, int port) {
        return new SslEngineAdapter(new NegotiationSettings(initialized()), host, port);
    }

    @Override
    protected SSLSessionContext engineGetServerSessionContext() {
        return serverSessions;
    }

    @Override
    protected SSLSessionContext engineGetClientSessionContext() {
        return clientSessions;
    }

    @Override
    protected SSLParameters engineGetDefaultSSLParameters() {
        return new NegotiationSettings(initialized()).parameters(true);
    }

    @Override
    protected SSLParameters engineGetSupportedSSLParameters() {
        NegotiationSettings settings = new NegotiationSettings(initialized());
        SSLParameters parameters = settings.parameters(true);
        parameters.setProtocols(settings.supportedProtocols());
        parameters.setCipherSuites(settings.supportedCipherSuites());
        return parameters;
    }
}
