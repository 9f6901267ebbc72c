package io.parktls.bench.jmh.stack;

import io.parktls.CipherSuite;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.Security;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;

/** {@link SSLEngine}s of a JSSE provider. */
class JsseStack extends Stack {
    /** The JDK leaves room for what TLS 1.3 adds within the 2^14 bytes, and so needs two records for 16 KiB. */
    private static final int SUN_RECORD = Wire.LARGEST_RECORD - 17;

    private final Terms terms;
    private final SSLContext client;
    private final SSLContext server;

    JsseStack(Provider provider, Terms terms, CipherSuite suite, KeyManager[] keys, TrustManager[] trust, Wire wire)
            throws GeneralSecurityException {
        super(wire, suite);
        this.terms = terms;
        this.client = SSLContext.getInstance("TLS", provider);
        client.init(null, trust, null);
        this.server = SSLContext.getInstance("TLS", provider);
        server.init(keys, null, null);
    }

    /** The JDK's own. It copies direct buffers, so it gets arrays. */
    static Stack sun(Terms terms, Pki pki) throws GeneralSecurityException {
        Provider sun = Security.getProvider("SunJSSE");
        return new JsseStack(
                sun,
                terms,
                terms.suite(),
                pki.keyManagers("SunX509", sun),
                pki.trustManagers(sun),
                new Wire(false, SUN_RECORD));
    }

    @Override
    public Link connect(String host) {
        SSLEngine clientEngine = client.createSSLEngine(host, Pki.PORT);
        clientEngine.setUseClientMode(true);
        SSLParameters clientParameters = parameters(terms);
        clientParameters.setEndpointIdentificationAlgorithm("HTTPS");
        clientEngine.setSSLParameters(clientParameters);
        SSLEngine serverEngine = server.createSSLEngine();
        serverEngine.setUseClientMode(false);
        serverEngine.setSSLParameters(parameters(terms));
        return new SslEngineLink(clientEngine, serverEngine, wire(), this::release);
    }

    /** The parameters of either side. */
    SSLParameters parameters(Terms agreed) {
        SSLParameters parameters = new SSLParameters(
                new String[] {suite().name()}, new String[] {suite().version().standardName()});
        parameters.setNamedGroups(new String[] {agreed.group().standardName()});
        return parameters;
    }

    /** Frees what the garbage collector does not. */
    void release(SSLEngine engine) {}
}
