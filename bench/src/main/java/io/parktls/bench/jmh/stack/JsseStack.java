package io.parktls.bench.jmh.stack;

import io.parktls.CipherSuite;
import io.parktls.sockets.jsse.ParkTlsProvider;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.Security;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;

/** The {@link SSLEngine}s of a JSSE provider. */
class JsseStack extends SslEngineStack {
    /** The JDK counts the overhead of TLS 1.3 as part of the 2^14 bytes, and so needs two records for 16 KiB. */
    private static final int SUN_RECORD = Wire.LARGEST_RECORD - 17;

    private final Terms terms;
    private final SSLContext client;
    private final SSLContext server;

    /**
     * Clients look up sessions by host and port. If they must not find any, each connection has a new port.
     */
    private int port;

    JsseStack(Provider provider, Terms terms, CipherSuite suite, KeyManager[] keys, TrustManager[] trust, Wire wire)
            throws GeneralSecurityException {
        super(wire, suite);
        this.terms = terms;
        this.client = SSLContext.getInstance("TLS", provider);
        client.init(null, trust, null);
        this.server = SSLContext.getInstance("TLS", provider);
        server.init(keys, null, null);
    }

    /**
     * The stack of the JDK.
     *
     * @param direct whether it gets direct buffers, which it copies, and not arrays
     */
    static JsseStack sun(Terms terms, Pki pki, boolean direct) throws GeneralSecurityException {
        return withManagersOfTheJdk(Security.getProvider("SunJSSE"), terms, pki, new Wire(direct, SUN_RECORD));
    }

    /**
     * The engines of ParkTLS's provider, with the managers of the JDK.
     *
     * @param direct whether it gets direct buffers, which it copies, and not arrays
     */
    static JsseStack parkTls(Terms terms, Pki pki, boolean direct) throws GeneralSecurityException {
        return withManagersOfTheJdk(new ParkTlsProvider(), terms, pki, new Wire(direct, Wire.LARGEST_RECORD));
    }

    private static JsseStack withManagersOfTheJdk(Provider provider, Terms terms, Pki pki, Wire wire)
            throws GeneralSecurityException {
        Provider sun = Security.getProvider("SunJSSE");
        return new JsseStack(
                provider, terms, terms.suite(), pki.keyManagers("SunX509", sun), pki.trustManagers(sun), wire);
    }

    @Override
    final SSLEngine clientEngine(String host) {
        SSLEngine engine = client.createSSLEngine(host, terms.resumed() ? Pki.PORT : ++port);
        engine.setUseClientMode(true);
        SSLParameters parameters = parameters(terms);
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        engine.setSSLParameters(parameters);
        prepare(engine, terms);
        return engine;
    }

    @Override
    final SSLEngine serverEngine() {
        SSLEngine engine = server.createSSLEngine();
        engine.setUseClientMode(false);
        engine.setSSLParameters(parameters(terms));
        prepare(engine, terms);
        return engine;
    }

    /** Prepares an engine of either side for what JSSE's parameters do not include. */
    void prepare(SSLEngine engine, Terms agreed) {}

    /** The parameters of both sides. */
    SSLParameters parameters(Terms agreed) {
        SSLParameters parameters = new SSLParameters(
                new String[] {suite().name()}, new String[] {suite().version().standardName()});
        parameters.setNamedGroups(new String[] {agreed.group().standardName()});
        return parameters;
    }
}
