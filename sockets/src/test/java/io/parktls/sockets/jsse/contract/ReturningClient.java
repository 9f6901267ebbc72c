package io.parktls.sockets.jsse.contract;

import io.parktls.sockets.Task;
import io.parktls.sockets.ThreadKind;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/** A client that connects to a server again and again, with one factory. It has no session in the beginning. */
final class ReturningClient {
    private final Subject subject;
    /** The factory of a client without a context; otherwise null. */
    private final @Nullable SSLSocketFactory factory;

    /** The context, of which each visit takes a factory; null if the client has none. */
    private final @Nullable SSLContext context;

    private final ServerSocket listener;
    private final SSLSocketFactory servers;
    private final Implementation server;
    private String host = Meeting.HOST;

    /** A connection after its handshake, and whether it resumes a session. */
    record Visit(SSLSocket client, SSLSocket server, boolean resumed) {
        SSLSession session() {
            return client.getSession();
        }

        SSLSessionContext context() {
            return client.getSession().getSessionContext();
        }
    }

    private ReturningClient(
            Subject subject, @Nullable SSLSocketFactory factory, @Nullable SSLContext context, Implementation server)
            throws Exception {
        this.subject = subject;
        this.factory = factory;
        this.context = context;
        this.server = server;
        this.servers = servers(server);
        this.listener = subject.closing(new ServerSocket(0, 10, InetAddress.getLoopbackAddress()));
    }

    /** Returns a client of the tested implementation, with a context of its own. */
    static ReturningClient of(Subject subject, Credentials credentials) throws Exception {
        if (subject.tested() == Implementation.FACTORIES) {
            return new ReturningClient(
                    subject, Implementation.FACTORIES.socketFactory(credentials), null, subject.peer());
        }
        return new ReturningClient(subject, null, subject.tested().context(credentials), subject.peer());
    }

    /** Returns a client that visits a server of the tested implementation. */
    static ReturningClient ofServer(Subject subject, Credentials credentials) throws Exception {
        return new ReturningClient(subject, null, subject.peer().context(credentials), subject.tested());
    }

    private static SSLSocketFactory servers(Implementation server) throws Exception {
        return server == Implementation.FACTORIES
                ? server.socketFactory(Credentials.SERVER)
                : server.context(Credentials.SERVER).getSocketFactory();
    }

    static ReturningClient of(Subject subject) throws Exception {
        return of(subject, Credentials.ANONYMOUS);
    }

    /** Returns the context; a client of the factories has none. */
    SSLContext context() {
        if (context == null) {
            throw new UnsupportedOperationException("the factories have no SSLContext");
        }
        return context;
    }

    private SSLSocketFactory factory() {
        return factory == null ? context().getSocketFactory() : factory;
    }

    /** Sets the host that the client means to connect to from now on. */
    ReturningClient meaning(String newHost) {
        host = newHost;
        return this;
    }

    /** Connects, performs the handshake and exchanges a byte. */
    Visit visit() throws Exception {
        return visit(client -> {}, server -> {});
    }

    Visit visit(Meeting.Setting<SSLSocket> setting) throws Exception {
        return visit(setting, server -> {});
    }

    Visit visit(Meeting.Setting<SSLSocket> clientSetting, Meeting.Setting<SSLSocket> serverSetting) throws Exception {
        return visit(listener, servers, clientSetting, serverSetting);
    }

    /** Connects to a server at the same port that does not have the keys of the first one, as after a restart. */
    Visit visitRestarted(Meeting.Setting<SSLSocket> setting) throws Exception {
        return visit(listener, servers(server), setting, server -> {});
    }

    /** Connects to the server at another port. */
    Visit visitOtherPort() throws Exception {
        ServerSocket other = subject.closing(new ServerSocket(0, 10, InetAddress.getLoopbackAddress()));
        return visit(other, servers, client -> {}, server -> {});
    }

    private Visit visit(
            ServerSocket to,
            SSLSocketFactory serving,
            Meeting.Setting<SSLSocket> clientSetting,
            Meeting.Setting<SSLSocket> serverSetting)
            throws Exception {
        Task<Socket> accepting = ThreadKind.VIRTUAL.start(to::accept);
        Socket tcp = subject.closing(new Socket(to.getInetAddress(), to.getLocalPort()));
        ServerFlight flight = new ServerFlight(tcp);
        SSLSocket client = subject.closing((SSLSocket) factory().createSocket(flight, host, to.getLocalPort(), true));
        InputStream nothing = InputStream.nullInputStream();
        SSLSocket server = subject.closing((SSLSocket) serving.createSocket(accepting.get(), nothing, true));
        client.setSoTimeout((int) Task.HANG.toMillis());
        server.setSoTimeout((int) Task.HANG.toMillis());
        client.setEnabledProtocols(new String[] {subject.version()});
        clientSetting.apply(client);
        serverSetting.apply(server);
        Meeting.Failures failures = Meeting.talk(new Meeting.Ends(client, server));
        if (failures.client() != null) {
            throw failures.client();
        }
        if (failures.server() != null) {
            throw failures.server();
        }
        return new Visit(client, server, flight.isResumed());
    }
}
