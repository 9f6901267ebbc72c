package io.parktls.integration;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * A proxy with the JDK's own TLS in front of a server that runs in this JVM without TLS. It lets the tests use servers
 * whose own TLS is an engine, or which have no STARTTLS.
 */
public final class TlsFront implements AutoCloseable {
    /** The dialogue in plain text before TLS. It ends once it has told the client to begin. */
    @FunctionalInterface
    public interface Prologue {
        /** A client that begins with TLS. */
        Prologue NONE = (in, out) -> {};

        void speak(Lines in, OutputStream out) throws IOException;
    }

    /** Lines from a socket that are read without a byte after them. */
    public static final class Lines {
        private final InputStream in;

        public Lines(InputStream in) {
            this.in = in;
        }

        /** Returns the next line, without its end. */
        public String next() throws IOException {
            StringBuilder line = new StringBuilder();
            for (int c = in.read(); c != '\n'; c = in.read()) {
                if (c < 0) {
                    throw new IOException("the stream ended after: " + line);
                }
                if (c != '\r') {
                    line.append((char) c);
                }
            }
            return line.toString();
        }
    }

    private final SSLContext context;
    private final Prologue prologue;
    private final boolean greeted;
    private final InetSocketAddress server;
    private final ServerSocket listener;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    /**
     * Opens the proxy on a free port.
     *
     * @param greeted whether the server begins with a line, which the prologue has replaced
     */
    public TlsFront(SSLContext context, Prologue prologue, boolean greeted, InetSocketAddress server)
            throws IOException {
        this.context = context;
        this.prologue = prologue;
        this.greeted = greeted;
        this.server = server;
        this.listener = new ServerSocket();
        listener.bind(new InetSocketAddress("0.0.0.0", 0), SoftwareContract.MANY);
        threads.execute(this::accept);
    }

    public int port() {
        return listener.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                threads.execute(() -> serve(client));
            }
        } catch (IOException e) {
            // The proxy has been closed.
        }
    }

    private void serve(Socket client) {
        try (client) {
            prologue.speak(new Lines(client.getInputStream()), client.getOutputStream());
            try (SSLSocket tls = (SSLSocket) context.getSocketFactory().createSocket(client, null, true);
                    Socket plain = new Socket(server.getAddress(), server.getPort())) {
                tls.setUseClientMode(false);
                tls.startHandshake();
                if (greeted) {
                    new Lines(plain.getInputStream()).next();
                }
                threads.execute(() -> relay(tls, plain));
                plain.getInputStream().transferTo(tls.getOutputStream());
            }
        } catch (IOException e) {
            // The client refused the certificate, or one end closed without an end of its data.
        }
    }

    private static void relay(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException e) {
            // The other direction closes both.
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        threads.shutdownNow();
    }
}
