package io.parktls.bench.hangs;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** The compared TLS implementations. The server is {@link Contexts#HOST}, and its clients trust its certificate. */
enum TlsStack {
    JDK(JdkEnd::listen, JdkEnd::connect),
    PARKTLS(ParkTlsEnd::listen, ParkTlsEnd::connect),
    JDK_LAYERED(JdkEnd::listenLayered, JdkEnd::connectLayered),
    PARKTLS_LAYERED(ParkTlsEnd::listenLayered, ParkTlsEnd::connectLayered);

    private interface ListenerOpener {
        Listener open(Contexts contexts) throws IOException;
    }

    private interface Connector {
        End connect(Contexts contexts, InetSocketAddress server) throws IOException;
    }

    @SuppressWarnings("ImmutableEnumChecker") // they hold no state
    private final ListenerOpener opener;

    @SuppressWarnings("ImmutableEnumChecker") // they hold no state
    private final Connector connector;

    TlsStack(ListenerOpener opener, Connector connector) {
        this.opener = opener;
        this.connector = connector;
    }

    /** A listening socket. */
    interface Listener extends Closeable {
        InetSocketAddress address();

        /** Accepts a connection, whose handshake is left to the caller. */
        End accept() throws IOException;
    }

    /** Makes an end of an accepted plain socket. */
    interface Layering {
        End over(Socket accepted) throws IOException;
    }

    /** Listens with a plain socket. */
    static Listener listenLayered(Layering layering) throws IOException {
        ServerSocket listening = new ServerSocket(0, 1_000, InetAddress.getLoopbackAddress());
        return new Listener() {
            @Override
            public InetSocketAddress address() {
                return (InetSocketAddress) listening.getLocalSocketAddress();
            }

            @Override
            public End accept() throws IOException {
                return layering.over(listening.accept());
            }

            @Override
            public void close() throws IOException {
                listening.close();
            }
        };
    }

    /** Both ends of a connection. */
    record Pair(End client, End server) implements Closeable {
        @Override
        public void close() throws IOException {
            client.close();
            server.close();
        }
    }

    /** Returns the same implementation over plain sockets, as behind a proxy or after STARTTLS. */
    TlsStack layered() {
        return this == JDK ? JDK_LAYERED : PARKTLS_LAYERED;
    }

    Listener listen(Contexts contexts) throws IOException {
        return opener.open(contexts);
    }

    End connect(Contexts contexts, InetSocketAddress server) throws IOException {
        return connector.connect(contexts, server);
    }

    /** Connects and does the handshake on both ends. */
    Pair establish(Contexts contexts) throws Exception {
        try (Listener listener = listen(contexts)) {
            End client = connect(contexts, listener.address());
            End server = listener.accept();
            Attempt<Void> serving = Attempt.run(ThreadKind.PLATFORM, server::handshake);
            client.handshake();
            serving.get();
            return new Pair(client, server);
        }
    }

    /** A server end of this stack, and a plain socket that is connected to it. */
    record PlainClient(End server, Socket client) {}

    /** Accepts a connection from a plain socket. */
    PlainClient acceptPlainClient(Contexts contexts) throws IOException {
        try (Listener listener = listen(contexts)) {
            Socket client = new Socket(
                    listener.address().getAddress(), listener.address().getPort());
            return new PlainClient(listener.accept(), client);
        }
    }
}
