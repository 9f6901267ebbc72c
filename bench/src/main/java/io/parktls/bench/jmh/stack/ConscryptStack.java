package io.parktls.bench.jmh.stack;

import io.parktls.NamedGroup;
import io.parktls.TlsVersion;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.Security;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.conscrypt.Conscrypt;

/** Conscrypt, which is BoringSSL. It copies arrays, so it gets direct buffers. */
final class ConscryptStack extends JsseStack {
    private static final ByteBuffer NO_DATA = ByteBuffer.allocateDirect(0);

    /** For what nobody reads. */
    private final ByteBuffer closeNotify = ByteBuffer.allocateDirect(Wire.CAPACITY);

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

    /**
     * The suites of TLS 1.3 go without saying, and the server finds no key if no other suite is there. In TLS 1.2 the groups have to
     * have the certificate's curve among them (RFC 8422 5.1).
     */
    @Override
    SSLParameters parameters(Terms agreed) {
        SSLParameters parameters = super.parameters(agreed);
        if (suite().version() == TlsVersion.TLS_1_3) {
            parameters.setCipherSuites(null);
        } else {
            parameters.setNamedGroups(
                    new String[] {agreed.group().standardName(), NamedGroup.SECP256R1.standardName()});
        }
        return parameters;
    }

    /**
     * An engine holds a pipe of the operating system, and lets go of it only when it is closed in both directions and its
     * close_notify was fetched; or else when the garbage collector comes, which is after more pipes than a process may have.
     */
    @Override
    void release(SSLEngine engine) {
        try {
            engine.closeOutbound();
            engine.closeInbound();
            engine.wrap(NO_DATA, closeNotify.clear());
        } catch (SSLException e) {
            throw new IllegalStateException("an engine that cannot be closed", e);
        }
    }
}
