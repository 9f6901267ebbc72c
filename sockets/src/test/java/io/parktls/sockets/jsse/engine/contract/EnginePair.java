package io.parktls.sockets.jsse.engine.contract;

import io.parktls.sockets.jsse.contract.Credentials;
import io.parktls.sockets.jsse.contract.Implementation;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/** The tested engine and its peer, each with its settings. */
final class EnginePair {
    /** The host whose name the client sends and may verify. */
    static final String HOST = "example.test";

    /** A setting of an engine or of its parameters. */
    @FunctionalInterface
    interface Setting<S> {
        void apply(S subject) throws Exception;
    }

    /**
     * The handshakes need to be full, and clients look for a session to resume by host and port. The tests of sockets,
     * which share the contexts, count other ports.
     */
    private static final AtomicInteger PORTS = new AtomicInteger(10_000);

    private final EngineContract.Pairing pairing;
    private final List<Setting<SSLEngine>> testedSettings = new ArrayList<>();
    private final List<Setting<SSLEngine>> peerSettings = new ArrayList<>();
    private Credentials clientCredentials = Credentials.ANONYMOUS;
    private Credentials serverCredentials = Credentials.SERVER;
    private String host = HOST;
    private boolean known = true;
    private int port = PORTS.incrementAndGet();

    EnginePair(EngineContract.Pairing pairing) {
        this.pairing = pairing;
        String[] versions = {pairing.version()};
        client(engine -> engine.setEnabledProtocols(versions));
    }

    EnginePair clientHas(Credentials credentials) {
        clientCredentials = credentials;
        return this;
    }

    EnginePair serverHas(Credentials credentials) {
        serverCredentials = credentials;
        return this;
    }

    /** Sets the host that the client means to connect to. */
    EnginePair host(String meant) {
        host = meant;
        return this;
    }

    /** Lets the client know neither the host nor the port. */
    EnginePair unknownHost() {
        known = false;
        return this;
    }

    /** Sets the port, which two pairs share if the second one may resume the session of the first one. */
    EnginePair port(int meant) {
        port = meant;
        return this;
    }

    int port() {
        return port;
    }

    EnginePair tested(Setting<SSLEngine> setting) {
        testedSettings.add(setting);
        return this;
    }

    EnginePair peer(Setting<SSLEngine> setting) {
        peerSettings.add(setting);
        return this;
    }

    EnginePair client(Setting<SSLEngine> setting) {
        return pairing.role() == Role.CLIENT ? tested(setting) : peer(setting);
    }

    EnginePair server(Setting<SSLEngine> setting) {
        return pairing.role() == Role.SERVER ? tested(setting) : peer(setting);
    }

    EnginePair clientParameters(Setting<SSLParameters> setting) {
        return client(changing(setting));
    }

    EnginePair serverParameters(Setting<SSLParameters> setting) {
        return server(changing(setting));
    }

    private static Setting<SSLEngine> changing(Setting<SSLParameters> setting) {
        return engine -> {
            SSLParameters parameters = engine.getSSLParameters();
            setting.apply(parameters);
            engine.setSSLParameters(parameters);
        };
    }

    /** Returns both ends, without a handshake. */
    EngineSession connect() throws Exception {
        boolean client = pairing.role() == Role.CLIENT;
        SSLContext clients = (client ? pairing.tested() : pairing.peer()).sharedContext(clientCredentials);
        SSLContext servers = (client ? pairing.peer() : pairing.tested()).sharedContext(serverCredentials);
        SSLEngine clientEngine = known ? clients.createSSLEngine(host, port) : clients.createSSLEngine();
        clientEngine.setUseClientMode(true);
        SSLEngine serverEngine = servers.createSSLEngine();
        serverEngine.setUseClientMode(false);
        apply(client ? testedSettings : peerSettings, clientEngine);
        apply(client ? peerSettings : testedSettings, serverEngine);
        return new EngineSession(new End(clientEngine), new End(serverEngine), pairing.role());
    }

    private static void apply(List<Setting<SSLEngine>> settings, SSLEngine engine) throws Exception {
        for (Setting<SSLEngine> setting : settings) {
            setting.apply(engine);
        }
    }

    /** Returns both ends after a handshake, which must succeed at both. */
    EngineSession established() throws Exception {
        return connect().handshake();
    }

    /** Returns both ends after a handshake that may fail. */
    EngineSession attempted() throws Exception {
        EngineSession session = connect();
        session.begin();
        session.pump();
        return session;
    }

    Implementation testedImplementation() {
        return pairing.tested();
    }
}
