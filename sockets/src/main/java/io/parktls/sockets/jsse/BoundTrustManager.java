package io.parktls.sockets.jsse;

import java.security.cert.X509Certificate;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;

/** Passes a socket or an engine to an extended trust manager. */
abstract class BoundTrustManager implements X509TrustManager {
    private final X509ExtendedTrustManager manager;

    BoundTrustManager(X509ExtendedTrustManager manager) {
        this.manager = manager;
    }

    @Override
    public final X509Certificate[] getAcceptedIssuers() {
        return manager.getAcceptedIssuers();
    }
}
