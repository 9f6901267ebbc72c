package io.parktls.sockets.interop;

import io.parktls.CipherSuite;
import io.parktls.JdkContext;
import io.parktls.NamedGroup;
import io.parktls.TlsVersion;
import io.parktls.sockets.TlsSocket;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** The JDK's {@code SSLServerSocket} and {@code SSLSocket}. */
final class Jdk implements Peer {
    static final Jdk INSTANCE = new Jdk();

    private static final int PATIENCE_MILLIS = 120_000;

    private Jdk() {}

    @Override
    public Server serve(Scenario scenario) throws Exception {
        return serve(scenario, scenario.server().privateKey());
    }

    /** Starts a server that signs with the given key, which need not match its certificate. */
    static Server serve(Scenario scenario, PrivateKey key) throws Exception {
        SSLServerSocket server =
                (SSLServerSocket) JdkContext.of(scenario.server().chain(), key)
                        .getServerSocketFactory()
                        .createServerSocket(0, 1, InetAddress.getLoopbackAddress());
        SSLParameters parameters = parameters(server.getSSLParameters(), scenario, List.of(scenario.group()));
        switch (scenario.clients()) {
            case NONE -> {}
            case WANTED -> parameters.setWantClientAuth(true);
            case REQUIRED -> parameters.setNeedClientAuth(true);
        }
        if (scenario.applicationProtocol() != null) {
            parameters.setApplicationProtocols(new String[] {scenario.applicationProtocol()});
        }
        server.setSSLParameters(parameters);
        return new Sockets(scenario, server.getLocalPort(), server, run(() -> {
            try (server) {
                return echo((SSLSocket) server.accept());
            }
        }));
    }

    @Override
    public End connect(Scenario scenario, int port) {
        return new Sockets(scenario, port, null, run(() -> {
            Socket tcp = new Socket(InetAddress.getLoopbackAddress(), port);
            SSLSocket socket = (SSLSocket) JdkContext.of(scenario.client().orElse(null))
                    .getSocketFactory()
                    .createSocket(tcp, scenario.host(), port, true);
            SSLParameters parameters = parameters(socket.getSSLParameters(), scenario, scenario.clientGroups());
            parameters.setServerNames(scenario.named() ? List.of(new SNIHostName(scenario.host())) : List.of());
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            if (scenario.applicationProtocol() != null) {
                parameters.setApplicationProtocols(new String[] {"something-else", scenario.applicationProtocol()});
            }
            socket.setSSLParameters(parameters);
            return echo(socket);
        }));
    }

    private static SSLParameters parameters(SSLParameters parameters, Scenario scenario, List<NamedGroup> groups) {
        parameters.setProtocols(new String[] {scenario.version().standardName()});
        parameters.setCipherSuites(new String[] {scenario.suite().name()});
        parameters.setNamedGroups(groups.stream().map(NamedGroup::standardName).toArray(String[]::new));
        return parameters;
    }

    /** Sends one line back. */
    private static SSLSocket echo(SSLSocket socket) throws IOException {
        socket.setSoTimeout(PATIENCE_MILLIS);
        String line = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                .readLine();
        socket.getOutputStream().write((line + "\n").getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    /** Runs the JDK's end in its own thread. */
    static <T> CompletableFuture<T> run(Callable<T> task) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                result.complete(task.call());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }

    private record Sockets(
            Scenario scenario, int port, @Nullable SSLServerSocket listening, CompletableFuture<SSLSocket> socket)
            implements Server {
        @Override
        public void talk(TlsSocket ours) throws IOException {
            Talk.say(ours, "there and back");
            Talk.expect(ours, "there and back");
        }

        @Override
        public Report report() {
            try {
                SSLSocket done = socket.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
                ExtendedSSLSession session = (ExtendedSSLSession) done.getSession();
                String applicationProtocol = done.getApplicationProtocol();
                boolean server = listening != null;
                return new Report(
                        TlsVersion.of(session.getProtocol()),
                        CipherSuite.of(session.getCipherSuite()),
                        null,
                        applicationProtocol,
                        server ? serverName(session) : null,
                        subject(session));
            } catch (InterruptedException | ExecutionException | TimeoutException e) {
                throw new AssertionError("the JDK's end failed", e);
            }
        }

        private static String serverName(ExtendedSSLSession session) {
            return session.getRequestedServerNames().stream()
                    .map(name -> new String(name.getEncoded(), StandardCharsets.US_ASCII))
                    .findFirst()
                    .orElse("");
        }

        private static String subject(ExtendedSSLSession session) {
            try {
                return ((X509Certificate) session.getPeerCertificates()[0])
                        .getSubjectX500Principal()
                        .getName();
            } catch (SSLPeerUnverifiedException e) {
                return "";
            }
        }

        @Override
        public String failure() {
            try {
                socket.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
                throw new AssertionError("the JDK's end did not fail");
            } catch (InterruptedException | TimeoutException e) {
                throw new AssertionError(e);
            } catch (ExecutionException e) {
                return String.valueOf(e.getCause().getMessage());
            }
        }

        @Override
        public void close() {
            try {
                if (listening != null) {
                    listening.close();
                }
                if (socket.isDone() && !socket.isCompletedExceptionally()) {
                    socket.join().close();
                }
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public String toString() {
            return "JDK " + socket;
        }
    }
}
