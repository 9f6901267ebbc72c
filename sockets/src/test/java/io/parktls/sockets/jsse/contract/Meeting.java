package io.parktls.sockets.jsse.contract;

import io.parktls.sockets.Task;
import io.parktls.sockets.ThreadKind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** A client and a server, each with its settings, that perform one handshake after another. */
final class Meeting {
    /** The host whose name the client sends and may verify. */
    static final String HOST = "example.test";

    /** Why facts about managers do not apply to the factories of a TlsContext. */
    static final String NO_MANAGERS = "the factories take identities and trust from a TlsContext";

    /** A setting of a socket. */
    @FunctionalInterface
    interface Setting<S> {
        void apply(S socket) throws Exception;
    }

    /** Why the handshake, or the exchange of a byte after it, failed at each end; null if it did not. */
    record Failures(@Nullable Exception client, @Nullable Exception server) {}

    /** The two ends of a connection. */
    record Ends(SSLSocket client, SSLSocket server) {}

    /** The first port is above those that other tests name, such as 443, and below those that the system assigns. */
    private static final AtomicInteger PORTS = new AtomicInteger(20_000);

    private final Subject subject;
    private final Implementation client;
    private final Implementation server;
    private final List<Setting<SSLSocket>> clientSettings = new ArrayList<>();
    private final List<Setting<SSLSocket>> serverSettings = new ArrayList<>();
    private final List<Setting<SSLServerSocket>> listenerSettings = new ArrayList<>();
    private Credentials clientCredentials = Credentials.ANONYMOUS;
    private Credentials serverCredentials = Credentials.SERVER;
    private String host = HOST;
    private @Nullable SSLServerSocket listener;
    private @Nullable Socket clientTcp;

    Meeting(Subject subject, Implementation client, Implementation server) {
        this.subject = subject;
        this.client = client;
        this.server = server;
        String[] versions = {subject.version()};
        clientSettings.add(socket -> socket.setEnabledProtocols(versions));
    }

    Meeting clientHas(Credentials credentials) {
        clientCredentials = credentials;
        return this;
    }

    Meeting serverHas(Credentials credentials) {
        serverCredentials = credentials;
        return this;
    }

    /** Sets the host that the client means to connect to. The address is always that of this machine. */
    Meeting host(String meant) {
        host = meant;
        return this;
    }

    Meeting client(Setting<SSLSocket> setting) {
        clientSettings.add(setting);
        return this;
    }

    /** Sets the parameters of the client. */
    Meeting clientParameters(Setting<SSLParameters> setting) {
        return client(changing(SSLSocket::getSSLParameters, SSLSocket::setSSLParameters, setting));
    }

    /** Adds a setting of the accepted socket. */
    Meeting server(Setting<SSLSocket> setting) {
        serverSettings.add(setting);
        return this;
    }

    Meeting serverParameters(Setting<SSLParameters> setting) {
        return server(changing(SSLSocket::getSSLParameters, SSLSocket::setSSLParameters, setting));
    }

    Meeting listener(Setting<SSLServerSocket> setting) {
        listenerSettings.add(setting);
        return this;
    }

    Meeting listenerParameters(Setting<SSLParameters> setting) {
        return listener(changing(SSLServerSocket::getSSLParameters, SSLServerSocket::setSSLParameters, setting));
    }

    private interface Setter<S> {
        void set(S socket, SSLParameters parameters);
    }

    private static <S> Setting<S> changing(
            Function<S, SSLParameters> getter, Setter<S> setter, Setting<SSLParameters> setting) {
        return socket -> {
            SSLParameters parameters = getter.apply(socket);
            setting.apply(parameters);
            setter.set(socket, parameters);
        };
    }

    /** Connects the ends, without a handshake. */
    Ends connect() throws Exception {
        SSLServerSocket listening = listening();
        Task<Socket> accepting = ThreadKind.VIRTUAL.start(listening::accept);
        Socket tcp = subject.closing(new Socket(InetAddress.getLoopbackAddress(), listening.getLocalPort()));
        clientTcp = tcp;
        SSLSocket connected = subject.closing(
                (SSLSocket) client.socketFactory(clientCredentials).createSocket(tcp, host, nextPort(), true));
        SSLSocket accepted = subject.closing((SSLSocket) accepting.get());
        return prepared(new Ends(connected, accepted));
    }

    /**
     * Returns a port that no other connection has. Contexts are shared, and ParkTLS looks for sessions to resume by host
     * and port; each fact needs a full handshake. {@link Implementation#forgetSessions} does the same for the JDK.
     */
    private static int nextPort() {
        return PORTS.incrementAndGet();
    }

    /** Returns the socket below the client that was connected last. */
    Socket clientTcp() {
        return Objects.requireNonNull(clientTcp, "connect first");
    }

    /** Connects a socket of the client that is not layered over another one. */
    Ends connectDirectly() throws Exception {
        SSLServerSocket listening = listening();
        Task<Socket> accepting = ThreadKind.VIRTUAL.start(listening::accept);
        SSLSocket connected = subject.closing((SSLSocket) client.socketFactory(clientCredentials)
                .createSocket(listening.getInetAddress(), listening.getLocalPort()));
        SSLSocket accepted = subject.closing((SSLSocket) accepting.get());
        return prepared(new Ends(connected, accepted));
    }

    private Ends prepared(Ends ends) throws Exception {
        int patience = (int) Task.HANG.toMillis();
        ends.client.setSoTimeout(patience);
        ends.server.setSoTimeout(patience);
        for (Setting<SSLSocket> setting : clientSettings) {
            setting.apply(ends.client);
        }
        for (Setting<SSLSocket> setting : serverSettings) {
            setting.apply(ends.server);
        }
        return ends;
    }

    /** Returns the server socket, which is created by the first call. */
    SSLServerSocket listening() throws Exception {
        SSLServerSocket listening = listener;
        if (listening == null) {
            listening = subject.closing((SSLServerSocket) server.serverSocketFactory(serverCredentials)
                    .createServerSocket(0, 10, InetAddress.getLoopbackAddress()));
            for (Setting<SSLServerSocket> setting : listenerSettings) {
                setting.apply(listening);
            }
            listener = listening;
            client.forgetSessions(clientCredentials, listening.getLocalPort());
        }
        return listening;
    }

    /** Connects the ends and performs the handshake, which must succeed at both. */
    Ends established() throws Exception {
        Ends ends = connect();
        Failures failures = talk(ends);
        if (failures.client != null) {
            throw failures.client;
        }
        if (failures.server != null) {
            throw failures.server;
        }
        return ends;
    }

    /** Connects the ends, performs the handshake and exchanges a byte. */
    Failures failures() throws Exception {
        return talk(connect());
    }

    /** Performs the handshake and exchanges a byte, since the last flight of TLS 1.3 may be refused after it. */
    static Failures talk(Ends ends) throws Exception {
        Task<@Nullable Exception> serving = ThreadKind.VIRTUAL.start(() -> talk(ends.server));
        @Nullable Exception client = talk(ends.client);
        return new Failures(client, serving.get());
    }

    static @Nullable Exception talk(SSLSocket socket) {
        try {
            socket.startHandshake();
            socket.getOutputStream().write('x');
            int read = socket.getInputStream().read();
            return read == 'x' ? null : new IOException("read " + read);
        } catch (IOException | RuntimeException e) {
            try {
                socket.close();
            } catch (IOException closing) {
                e.addSuppressed(closing);
            }
            return e;
        }
    }

    /**
     * The failure of an end whose peer refuses the handshake. An end of the JDK closes its socket with data unread, so
     * the alert that it has sent may be lost in the reset.
     */
    static final String REFUSED_BY_PEER = "SSLHandshakeException|SocketException";

    /** Returns how the handshake fails at the client; null if it does not. */
    static @Nullable Exception clientFailure(Meeting meeting) throws Exception {
        return meeting.failures().client();
    }

    /** Returns how the handshake fails at the server; null if it does not. */
    static @Nullable Exception serverFailure(Meeting meeting) throws Exception {
        return meeting.failures().server();
    }
}
