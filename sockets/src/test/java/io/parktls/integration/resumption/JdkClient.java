package io.parktls.integration.resumption;

import io.parktls.JdkContext;
import io.parktls.sockets.interop.Ours;
import io.parktls.sockets.interop.Scenario;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * The JDK's own {@code SSLSocket} or {@code SSLEngine}.
 *
 * @param engine whether it is the engine
 */
record JdkClient(boolean engine) implements ForeignClient {
    private static final int CONNECTIONS = 3;

    @Override
    public int connect(Scenario scenario, int port, Path directory) throws Exception {
        SSLContext context = JdkContext.of(scenario.client().orElse(null));
        for (int i = 0; i < CONNECTIONS; i++) {
            Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setSoTimeout((int) Ours.PATIENCE.toMillis());
            if (engine) {
                SSLEngine client = context.createSSLEngine(scenario.host(), port);
                client.setUseClientMode(true);
                client.setSSLParameters(parameters(client.getSSLParameters(), scenario));
                try (EngineSocket connection = new EngineSocket(client, socket)) {
                    connection.handshake();
                    connection.write(Page.REQUEST.getBytes(StandardCharsets.US_ASCII));
                    connection.readAll();
                }
            } else {
                try (SSLSocket client =
                        (SSLSocket) context.getSocketFactory().createSocket(socket, scenario.host(), port, true)) {
                    client.setSSLParameters(parameters(client.getSSLParameters(), scenario));
                    client.getOutputStream().write(Page.REQUEST.getBytes(StandardCharsets.US_ASCII));
                    client.getInputStream().readAllBytes();
                }
            }
        }
        return CONNECTIONS;
    }

    private static SSLParameters parameters(SSLParameters parameters, Scenario scenario) {
        parameters.setProtocols(new String[] {scenario.version().standardName()});
        parameters.setCipherSuites(new String[] {scenario.suite().name()});
        String group = scenario.group().standardName();
        // The JDK sends a key share for each kind of group, so both are elliptic curves here: a retry follows.
        parameters.setNamedGroups(scenario.retry() ? new String[] {"secp256r1", group} : new String[] {group});
        parameters.setServerNames(scenario.named() ? List.of(new SNIHostName(scenario.host())) : List.of());
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        if (scenario.applicationProtocol() != null) {
            parameters.setApplicationProtocols(new String[] {"something-else", scenario.applicationProtocol()});
        }
        return parameters;
    }

    @Override
    public String toString() {
        return engine ? "SSLEngine" : "SSLSocket";
    }
}
