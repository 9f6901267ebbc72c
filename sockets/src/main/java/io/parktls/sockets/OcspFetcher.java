package io.parktls.sockets;

import io.parktls.ocsp.OcspResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Sends OCSP requests by HTTP (RFC 6960 A). Thread-safe. */
final class OcspFetcher {
    /** How many requests of a stapler may be under way. The others wait, in their own virtual threads. */
    private static final int CONCURRENT = 32;

    private final Semaphore places = new Semaphore(CONCURRENT);
    private final Duration timeout;
    private final boolean own;
    private final ReentrantLock lock = new ReentrantLock();

    /** Created with the first request, because it starts a thread. Guarded by {@link #lock}. */
    private @Nullable HttpClient client;

    /** Guarded by {@link #lock}. */
    private boolean closed;

    /**
     * Creates a fetcher.
     *
     * @param client null for a client of its own
     */
    OcspFetcher(@Nullable HttpClient client, Duration timeout) {
        this.client = client;
        this.own = client == null;
        this.timeout = timeout;
    }

    /**
     * Returns the responder's answer.
     *
     * @throws IOException if there is none within the timeout, or it is no OCSP response of an acceptable length
     */
    byte[] fetch(URI responder, byte[] request) throws IOException, InterruptedException {
        places.acquire();
        try {
            HttpResponse<byte[]> response = send(HttpRequest.newBuilder(responder)
                    .header("Content-Type", "application/ocsp-request")
                    .header("Accept", "application/ocsp-response")
                    .timeout(timeout)
                    .POST(HttpRequest.BodyPublishers.ofByteArray(request))
                    .build());
            if (response.statusCode() != 200) {
                throw new IOException(
                        "the responder " + responder + " answered with the HTTP status " + response.statusCode());
            }
            return response.body();
        } finally {
            places.release();
        }
    }

    /** The timeout of an HttpRequest does not cover the body, so the whole exchange has a timeout of its own. */
    private HttpResponse<byte[]> send(HttpRequest request) throws IOException, InterruptedException {
        CompletableFuture<HttpResponse<byte[]>> exchange = client().sendAsync(
                        request,
                        HttpResponse.BodyHandlers.limiting(
                                HttpResponse.BodyHandlers.ofByteArray(), OcspResponse.MAX_LENGTH));
        try {
            return exchange.get(TimeLimits.nanos(timeout), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new IOException("the responder " + request.uri() + " did not answer within " + timeout, e);
        } catch (ExecutionException e) {
            // The client's exceptions often have no message.
            throw new IOException("the request to the responder " + request.uri() + " failed: " + e.getCause(), e);
        } finally {
            exchange.cancel(true);
        }
    }

    private HttpClient client() throws IOException {
        lock.lock();
        try {
            HttpClient current = client;
            if (closed) {
                throw new IOException("the stapler is closed");
            }
            if (current == null) {
                Executor executor =
                        task -> Thread.ofVirtual().name("parktls-ocsp").start(task);
                current = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(timeout)
                        .executor(executor)
                        .build();
                client = current;
            }
            return current;
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            closed = true;
            if (own && client != null) {
                client.shutdownNow();
            }
        } finally {
            lock.unlock();
        }
    }
}
