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

/** Conscrypt, on BoringSSL. It copies arrays, so it gets direct buffers. */
final class ConscryptStack extends JsseStack {
    private static final ByteBuffer NO_DATA = ByteBuffer.allocateDirect(0);

    private final boolean resumed;

    /** Receives the close_notify of an engine, which is discarded. */
    private final ByteBuffer closeNotify = ByteBuffer.allocateDirect(Wire.CAPACITY);

    ConscryptStack(Terms terms, Pki pki) throws GeneralSecurityException {
        // The JDK's trust manager rejects Conscrypt's authentication type for TLS 1.3 ("Unknown authType: GENERIC").
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
        this.resumed = terms.resumed();
    }

    /** BoringSSL's servers never wait for a client that does not read, and so send tickets with data only. */
    @Override
    boolean sendsTicketsWithData() {
        return resumed;
    }

    /**
     * Adapts the parameters. The suites of TLS 1.3 are always enabled, and the server finds no key unless other suites
     * are enabled too. In TLS 1.2 the groups have to include the curve of the certificate (RFC 8422 5.1).
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

    @Override
    void prepare(SSLEngine engine, Terms agreed) {
        Conscrypt.setUseSessionTickets(engine, agreed.resumed());
    }

    /**
     * Closes an engine in both directions and fetches its close_notify. Otherwise it holds an operating system pipe
     * until it is garbage collected, and a process runs out of pipes before that.
     */
    @Override
    void release(SSLEngine engine) {
        try {
            engine.closeOutbound();
            engine.closeInbound();
            engine.wrap(NO_DATA, closeNotify.clear());
        } catch (SSLException e) {
            throw new IllegalStateException("cannot close the engine", e);
        }
    }
}
