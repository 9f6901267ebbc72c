package io.parktls.revocation;

import io.parktls.pki.LruCache;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Fetches objects over HTTP and keeps them for some time. Handshakes that need the same object at the same time share
 * one fetch. Failures are not kept: the next handshake tries again. Thread-safe.
 *
 * @param <V> the type of the objects
 */
final class Downloads<V> {
    /** Parses an object. */
    @FunctionalInterface
    interface Parser<V> {
        V parse(byte[] body) throws IOException;
    }

    /** The client of the JVM, created at the first fetch. Its threads are daemons of {@code java.net.http}. */
    private static final class Http {
        static final HttpClient CLIENT = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build();
    }

    private record Key(URI uri, ByteBuffer body) {}

    /**
     * @param object completes within the time limit of the fetch
     * @param begun by the clock of {@link System#nanoTime}
     */
    private record Fetch<V>(CompletableFuture<V> object, long begun) {}

    private final String requestType;
    private final int maxSize;
    private final long keptNanos;
    private final Duration limit;
    private final Parser<V> parser;
    private final ReentrantLock lock = new ReentrantLock();

    /** Guarded by {@link #lock}, so that a fetch begins only once. */
    private final LruCache<Key, Fetch<V>> fetches;

    /**
     * Creates an empty cache.
     *
     * @param requestType the Content-Type of POST requests
     * @param maxSize the maximum size of an object in bytes
     * @param capacity the maximum number of objects
     * @param kept how long an object is kept
     * @param limit how long a fetch may take
     */
    Downloads(String requestType, int maxSize, int capacity, Duration kept, Duration limit, Parser<V> parser) {
        this.requestType = requestType;
        this.maxSize = maxSize;
        this.keptNanos = kept.toNanos();
        this.limit = limit;
        this.parser = parser;
        this.fetches = new LruCache<>(capacity);
    }

    /**
     * Returns an object that is kept, or fetches it.
     *
     * @param body the body of a POST request; empty for a GET request
     * @param time how long this call waits
     * @throws IOException if it cannot be fetched or parsed, or the time is over
     * @throws InterruptedException if the thread was interrupted
     */
    V get(URI uri, byte[] body, Duration time) throws IOException, InterruptedException {
        CompletableFuture<V> object = fetch(uri, body);
        try {
            return object.get(time.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw late(time);
        } catch (ExecutionException e) {
            throw switch (e.getCause()) {
                case TimeoutException slow -> late(limit);
                case IOException failure -> failure;
                case null, default -> new IOException(e.getCause());
            };
        }
    }

    private static IOException late(Duration time) {
        return new IOException("no answer within " + time.toMillis() + " ms");
    }

    private CompletableFuture<V> fetch(URI uri, byte[] body) {
        Key key = new Key(uri, ByteBuffer.wrap(body));
        lock.lock();
        try {
            Fetch<V> known = fetches.get(key);
            long now = System.nanoTime();
            if (known != null && !known.object.isCompletedExceptionally() && now - known.begun < keptNanos) {
                return known.object;
            }
            CompletableFuture<V> object = begin(uri, body);
            fetches.put(key, new Fetch<>(object, now));
            return object;
        } finally {
            lock.unlock();
        }
    }

    /** Returns a future that completes within the time limit, and then ends the exchange. */
    private CompletableFuture<V> begin(URI uri, byte[] body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri);
        if (body.length > 0) {
            request.header("Content-Type", requestType).POST(HttpRequest.BodyPublishers.ofByteArray(body));
        }
        CompletableFuture<V> object = new CompletableFuture<>();
        CompletableFuture<HttpResponse<byte[]>> exchange = Http.CLIENT
                .sendAsync(request.build(), BodyHandlers.limiting(BodyHandlers.ofByteArray(), maxSize))
                .whenComplete((response, failure) -> complete(object, response, failure));
        // A cancelled exchange closes its connection.
        return object.orTimeout(limit.toNanos(), TimeUnit.NANOSECONDS)
                .whenComplete((value, failure) -> exchange.cancel(true));
    }

    @SuppressWarnings("CatchingUnchecked") // a parser's failure must end the fetch, or its waiters wait for the limit
    private void complete(
            CompletableFuture<V> object, @Nullable HttpResponse<byte[]> response, @Nullable Throwable failure) {
        if (response == null) {
            object.completeExceptionally(failure == null ? new IOException("no response") : unwrapped(failure));
            return;
        }
        try {
            if (response.statusCode() != 200) {
                throw new IOException("HTTP status " + response.statusCode());
            }
            object.complete(parser.parse(response.body()));
        } catch (Exception | Error e) {
            object.completeExceptionally(e);
        }
    }

    private static Throwable unwrapped(Throwable failure) {
        Throwable cause = failure.getCause();
        return failure instanceof CompletionException && cause != null ? cause : failure;
    }
}
