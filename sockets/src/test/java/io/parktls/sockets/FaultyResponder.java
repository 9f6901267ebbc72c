package io.parktls.sockets;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.bouncycastle.cert.ocsp.OCSPReq;

/** An HTTP server in the place of an OCSP responder, whose answers a test chooses. */
final class FaultyResponder implements AutoCloseable {
    /** Answers a request. */
    interface Answer {
        void to(HttpExchange exchange, byte[] request) throws IOException, InterruptedException;
    }

    private final HttpServer server;
    private final AtomicInteger requests = new AtomicInteger();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile Answer answer;

    FaultyResponder(Answer first) throws IOException {
        answer = first;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        server.start();
    }

    private void handle(HttpExchange exchange) throws IOException {
        requests.incrementAndGet();
        try (exchange) {
            answer.to(exchange, exchange.getRequestBody().readAllBytes());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns an answer with that body. */
    static Answer body(byte[] body) {
        return (exchange, request) -> send(exchange, 200, body);
    }

    /** Returns an answer with an HTTP status. */
    static Answer status(int code) {
        return (exchange, request) -> send(exchange, code, new byte[] {42});
    }

    static void send(HttpExchange exchange, int code, byte[] body) throws IOException {
        exchange.getResponseHeaders().add("Content-Type", "application/ocsp-response");
        exchange.sendResponseHeaders(code, body.length);
        exchange.getResponseBody().write(body);
    }

    /** Accepts the request and never answers. */
    void neverAnswer(HttpExchange exchange, byte[] request) throws InterruptedException {
        closed.await();
    }

    /** Sends the header and never the body. */
    void neverSendBody(HttpExchange exchange, byte[] request) throws IOException, InterruptedException {
        exchange.sendResponseHeaders(200, 1_000);
        exchange.getResponseBody().write(new byte[500]);
        exchange.getResponseBody().flush();
        closed.await();
    }

    /** Checks that a request is well-formed and names a single certificate. */
    static void requireValid(byte[] request) throws IOException {
        if (new OCSPReq(request).getRequestList().length != 1) {
            throw new IOException("not one certificate in the request");
        }
    }

    void answer(Answer next) {
        answer = next;
    }

    int requests() {
        return requests.get();
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/ocsp");
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
    }
}
