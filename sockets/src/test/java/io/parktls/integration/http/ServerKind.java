package io.parktls.integration.http;

import fi.iki.elonen.NanoHTTPD;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.Headers;
import okio.Buffer;
import okio.ByteString;

/** The HTTP servers of other projects, all of them over blocking sockets. */
enum ServerKind {
    /** NanoHTTPD: an {@code SSLServerSocket}, which begins each handshake with the first read. */
    NANO_HTTPD(false) {
        @Override
        RunningServer start(SSLContext context, Requests requests, boolean clientCertificate) throws IOException {
            NanoServer server = new NanoServer(context, requests, clientCertificate);
            server.start(60_000, true);
            return new RunningServer(server.getListeningPort(), server::stop);
        }
    },

    /** OkHttp's MockWebServer: it layers TLS in server mode over the sockets that a plain server socket accepts. */
    MOCK_WEB_SERVER(true) {
        @Override
        RunningServer start(SSLContext context, Requests requests, boolean clientCertificate) throws IOException {
            MockWebServer server = new MockWebServer();
            server.useHttps(context.getSocketFactory());
            if (clientCertificate) {
                server.requireClientAuth();
            }
            server.setDispatcher(new Answering(requests));
            server.start(InetAddress.getByName("localhost"), 0);
            return new RunningServer(server.getPort(), server::close);
        }
    },

    /**
     * Helidon: it layers TLS in server mode, with a selector of application protocols, and has a virtual thread for each
     * connection. By default it uses an {@code SSLEngine} instead, which the provider takes from the JDK. Over sockets it
     * never asks for client certificates, whatever its settings are.
     */
    HELIDON(true) {
        @Override
        RunningServer start(SSLContext context, Requests requests, boolean clientCertificate) {
            if (clientCertificate) {
                throw new IllegalArgumentException("Helidon over sockets does not ask for client certificates");
            }
            WebServer server = WebServer.builder()
                    .host("localhost")
                    .port(0)
                    .useNio(false)
                    .shutdownHook(false)
                    .tls(tls -> tls.sslContext(context))
                    .routing(routing -> routing.any((request, response) -> answer(requests, request, response)))
                    .build()
                    .start();
            return new RunningServer(server.port(), server::stop);
        }
    };

    private final boolean http2;

    ServerKind(boolean http2) {
        this.http2 = http2;
    }

    /** Starts a server on a free port of {@code localhost}, which asks for client certificates if told so. */
    abstract RunningServer start(SSLContext context, Requests requests, boolean clientCertificate) throws IOException;

    /** Returns whether the server can ask for client certificates. */
    boolean clientCertificates() {
        return this != HELIDON;
    }

    /** Returns whether the server speaks HTTP/2. */
    boolean http2() {
        return http2;
    }

    private static final class NanoServer extends NanoHTTPD {
        private final Requests requests;

        NanoServer(SSLContext context, Requests requests, boolean clientCertificate) {
            super("localhost", 0);
            this.requests = requests;
            makeSecure(context.getServerSocketFactory(), null);
            if (clientCertificate) {
                ServerSocketFactory secure = getServerSocketFactory();
                setServerSocketFactory(() -> {
                    SSLServerSocket socket = (SSLServerSocket) secure.create();
                    socket.setNeedClientAuth(true);
                    return socket;
                });
            }
            setAsyncRunner(new OnVirtualThreads());
        }

        @Override
        protected ClientHandler createClientHandler(Socket accepted, InputStream input) {
            ParkTls.assertMade(accepted);
            return super.createClientHandler(accepted, input);
        }

        @Override
        public Response serve(IHTTPSession session) {
            try {
                int length = Integer.parseInt(session.getHeaders().getOrDefault("content-length", "0"));
                byte[] answer = requests.answer(
                        session.getUri(), session.getInputStream().readNBytes(length));
                return newFixedLengthResponse(
                        Response.Status.OK,
                        "application/octet-stream",
                        new ByteArrayInputStream(answer),
                        answer.length);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static final class OnVirtualThreads implements NanoHTTPD.AsyncRunner {
        private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

        @Override
        public void exec(NanoHTTPD.ClientHandler handler) {
            threads.execute(handler);
        }

        @Override
        public void closed(NanoHTTPD.ClientHandler handler) {}

        /** Does not wait for handlers, which end as the server closes their connections. */
        @Override
        public void closeAll() {
            threads.shutdownNow();
        }
    }

    private static final class Answering extends Dispatcher {
        private final Requests requests;

        Answering(Requests requests) {
            this.requests = requests;
        }

        @Override
        public MockResponse dispatch(RecordedRequest request) {
            ByteString body = request.getBody();
            byte[] answer =
                    requests.answer(request.getUrl().encodedPath(), body == null ? new byte[0] : body.toByteArray());
            MockResponse.Builder response = new MockResponse.Builder().code(200).body(new Buffer().write(answer));
            if (Requests.GRPC.equals(request.getHeaders().get("content-type"))) {
                response.setHeader("content-type", Requests.GRPC).trailers(Headers.of("grpc-status", "0"));
            }
            return response.build();
        }
    }

    private static void answer(Requests requests, ServerRequest request, ServerResponse response) throws IOException {
        byte[] body;
        try (InputStream content = request.content().inputStream()) {
            body = content.readAllBytes();
        }
        byte[] answer = requests.answer(request.path().path(), body);
        if (!request.headers().contains(HeaderNames.CONTENT_TYPE)
                || !request.headers().get(HeaderNames.CONTENT_TYPE).get().equals(Requests.GRPC)) {
            response.send(answer);
            return;
        }
        response.header(HeaderNames.CONTENT_TYPE, Requests.GRPC);
        response.header(HeaderNames.TRAILER, "grpc-status");
        try (OutputStream content = response.outputStream()) {
            content.write(answer);
            response.trailers().set(HeaderNames.create("grpc-status"), "0");
        }
    }
}
