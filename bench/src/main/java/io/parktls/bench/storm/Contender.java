package io.parktls.bench.storm;

import io.parktls.TlsContext;
import io.parktls.bench.tool.Echo;
import io.parktls.bench.tool.Engine;
import io.parktls.sockets.TlsServer;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Locale;

/** The servers that are compared: each echoes, with a virtual thread for each connection. */
enum Contender {
    /** This library's server. */
    PARKTLS("ParkTLS TlsServer") {
        @Override
        Running listen(StormKey key) throws IOException {
            return serve(Engine.BC, key);
        }
    },
    /** The same with native key exchanges and signatures. */
    PARKTLS_NATIVE("ParkTLS, native") {
        @Override
        Running listen(StormKey key) throws IOException {
            return serve(Engine.BC_NATIVE, key);
        }
    },
    /** The JDK's. */
    JDK("JDK SSLSocket") {
        @Override
        Running listen(StormKey key) throws IOException {
            return accept(key.context().getServerSocketFactory().createServerSocket(0, BACKLOG, HOST));
        }
    },
    /** No TLS: what the machine and the JDK's sockets can do. */
    TCP("plain TCP") {
        @Override
        Running listen(StormKey key) throws IOException {
            return accept(new ServerSocket(0, BACKLOG, HOST));
        }
    };

    /** A server that runs. */
    record Running(int port, Closeable server) {}

    static final InetAddress HOST = InetAddress.getLoopbackAddress();

    /** As many as {@link TlsServer} has by default. */
    private static final int BACKLOG = 1_024;

    private final String title;

    Contender(String title) {
        this.title = title;
    }

    abstract Running listen(StormKey key) throws IOException;

    boolean isTls() {
        return this != TCP;
    }

    String title() {
        return title;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    private static InetSocketAddress anyPort() {
        return new InetSocketAddress(HOST, 0);
    }

    private static Running serve(Engine engine, StormKey key) throws IOException {
        TlsContext context = TlsContext.builder()
                .engine(engine.provider())
                .identity(key.identity())
                .build();
        TlsServer server = TlsServer.open(context, anyPort(), Echo::run);
        return new Running(((InetSocketAddress) server.localAddress()).getPort(), server);
    }

    private static Running accept(ServerSocket listener) {
        Thread.ofPlatform().daemon().start(() -> {
            try {
                for (; ; ) {
                    Socket socket = listener.accept();
                    Thread.startVirtualThread(() -> echo(socket));
                }
            } catch (IOException e) {
                // Closed.
            }
        });
        return new Running(listener.getLocalPort(), listener);
    }

    private static void echo(Socket accepted) {
        try (Socket socket = accepted) {
            socket.setTcpNoDelay(true);
            InputStream in = socket.getInputStream();
            OutputStream out = socket.getOutputStream();
            byte[] buffer = new byte[16_384];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                out.write(buffer, 0, n);
            }
        } catch (IOException e) {
            // The client is gone, as these do.
        }
    }
}
