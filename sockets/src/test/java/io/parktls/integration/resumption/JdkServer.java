package io.parktls.integration.resumption;

import io.parktls.JdkContext;
import io.parktls.sockets.interop.Ours;
import io.parktls.sockets.interop.Scenario;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Assertions;

/**
 * The JDK's own {@code SSLServerSocket} or {@code SSLEngine}.
 *
 * @param engine whether it is the engine
 * @param stateless whether the server puts its sessions into tickets, rather than keeping them in its cache
 */
record JdkServer(boolean engine, boolean stateless) implements ForeignServer {
    /** The JDK reads this property when a context is created. */
    private static final String STATELESS = "jdk.tls.server.enableSessionTicketExtension";

    @Override
    public Optional<String> unable(Scenario scenario) {
        return !stateless && scenario.retry()
                ? Optional.of("the JDK's server takes the session out of its cache for the first ClientHello, and does"
                        + " not find it for the second")
                : Optional.empty();
    }

    @Override
    public Running start(Scenario scenario) throws Exception {
        SSLContext context = context(scenario);
        if (engine) {
            return new EngineServer(() -> {
                SSLEngine server = context.createSSLEngine();
                server.setUseClientMode(false);
                server.setSSLParameters(parameters(server.getSSLParameters(), scenario));
                return server;
            });
        }
        SSLServerSocket server = (SSLServerSocket)
                context.getServerSocketFactory().createServerSocket(0, 10, InetAddress.getLoopbackAddress());
        server.setSSLParameters(parameters(server.getSSLParameters(), scenario));
        Thread.ofPlatform().daemon().name("server of the JDK").start(() -> serve(server));
        return new Sockets(server);
    }

    private SSLContext context(Scenario scenario) throws Exception {
        String before = System.getProperty(STATELESS);
        System.setProperty(STATELESS, "" + stateless);
        try {
            SSLContext context =
                    JdkContext.of(scenario.server().chain(), scenario.server().privateKey());
            // The context for servers is created at its first use.
            context.getServerSessionContext();
            return context;
        } finally {
            if (before == null) {
                System.clearProperty(STATELESS);
            } else {
                System.setProperty(STATELESS, before);
            }
        }
    }

    private static SSLParameters parameters(SSLParameters parameters, Scenario scenario) {
        parameters.setProtocols(new String[] {scenario.version().standardName()});
        parameters.setCipherSuites(new String[] {scenario.suite().name()});
        parameters.setNamedGroups(new String[] {scenario.group().standardName()});
        switch (scenario.clients()) {
            case NONE -> {}
            case WANTED -> parameters.setWantClientAuth(true);
            case REQUIRED -> parameters.setNeedClientAuth(true);
        }
        if (scenario.applicationProtocol() != null) {
            parameters.setApplicationProtocols(new String[] {scenario.applicationProtocol()});
        }
        return parameters;
    }

    private static void serve(SSLServerSocket server) {
        while (!server.isClosed()) {
            try (SSLSocket socket = (SSLSocket) server.accept()) {
                socket.setSoTimeout((int) Ours.PATIENCE.toMillis());
                Page.readRequest(socket.getInputStream());
                socket.getOutputStream().write(Page.of("see the client", EngineServer.client(socket.getSession())));
            } catch (IOException e) {
                // The client has failed, which fails the test; or the test has closed this server.
            }
        }
    }

    private record Sockets(SSLServerSocket server) implements Running {
        @Override
        public int port() {
            return server.getLocalPort();
        }

        /** Java's sessions do not tell whether they are resumed. */
        @Override
        public void assertReports(String page, boolean resumed, String client) {
            Assertions.assertTrue(page.contains("client '" + client + "'"), page);
        }

        @Override
        public void close() throws IOException {
            server.close();
        }
    }

    @Override
    public String toString() {
        return (engine ? "SSLEngine" : "SSLServerSocket") + (stateless ? "" : " with a cache");
    }
}
