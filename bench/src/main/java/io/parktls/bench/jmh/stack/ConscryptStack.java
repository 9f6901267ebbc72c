package io.parktls.bench.jmh.stack;

import io.parktls.TlsVersion;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.Security;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.conscrypt.Conscrypt;

/** Conscrypt, which is BoringSSL. It copies arrays, so it gets direct buffers. */
final class ConscryptStack extends JsseStack {
    ConscryptStack(Terms terms, Pki pki) throws GeneralSecurityException {
        // The JDK's trust manager does not know Conscrypt's word for TLS 1.3 ("Unknown authType: GENERIC").
        this(
                terms,
                pki,
                Conscrypt.newProviderBuilder().provideTrustManager(true).build());
    }

    private ConscryptStack(Terms terms, Pki pki, Provider provider) throws GeneralSecurityException {
        super(
                provider,
                terms,
                BoringSsl.suite(terms),
                pki.keyManagers("SunX509", Security.getProvider("SunJSSE")),
                pki.trustManagers(provider),
                new Wire(true, Wire.LARGEST_RECORD));
    }

    /** The suites of TLS 1.3 go without saying, and the server finds no key if no other suite is there. */
    @Override
    SSLParameters parameters(Terms agreed) {
        SSLParameters parameters = super.parameters(agreed);
        if (suite().version() == TlsVersion.TLS_1_3) {
            parameters.setCipherSuites(null);
        }
        return parameters;
    }

    @Override
    void release(SSLEngine engine) {
        engine.closeOutbound();
        try {
            engine.closeInbound();
        } catch (SSLException e) {
            // It misses the peer's close_notify, which nobody sent.
        }
    }
}
