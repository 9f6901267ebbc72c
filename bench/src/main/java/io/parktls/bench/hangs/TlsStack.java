package io.parktls.bench.hangs;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;

/** A TLS implementation on trial. Its server is {@link Contexts#HOST} with a certificate that its clients trust. */
enum TlsStack {
    JDK {
        @Override
        Listener listen(Contexts contexts) throws IOException {
            return JdkEnd.listen(contexts);
        }

        @Override
        End connect(Contexts contexts, InetSocketAddress server) throws IOException {
            return JdkEnd.connect(contexts, server);
        }
    },
    PARKTLS {
        @Override
        Listener listen(Contexts contexts) throws IOException {
            return ParkTlsEnd.listen(contexts);
        }

        @Override
        End connect(Contexts contexts, InetSocketAddress server) throws IOException {
            return ParkTlsEnd.connect(contexts, server);
        }
    };

    /** Where connections are accepted. */
    interface Listener extends Closeable {
        InetSocketAddress address();

        /** The handshake of what is accepted is still to be done. */
        End accept() throws IOException;
    }

    /** Two ends of one connection. */
    record Pair(End client, End server) implements Closeable {
        @Override
        public void close() throws IOException {
            client.close();
            server.close();
        }
    }

    abstract Listener listen(Contexts contexts) throws IOException;

    abstract End connect(Contexts contexts, InetSocketAddress server) throws IOException;

    /** Both ends of this stack, connected and established. */
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

    /** A server of this stack, and a client that says nothing but what the trial has it say. */
    record Met(End server, Socket client) {}

    /** Accepts a client that knows no TLS. */
    Met meetStranger(Contexts contexts) throws IOException {
        try (Listener listener = listen(contexts)) {
            Socket client = new Socket(
                    listener.address().getAddress(), listener.address().getPort());
            return new Met(listener.accept(), client);
        }
    }
}
