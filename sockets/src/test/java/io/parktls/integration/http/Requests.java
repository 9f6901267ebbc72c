package io.parktls.integration.http;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The application of all servers: it answers each request with its body, or with its path if the body is empty. */
final class Requests implements AutoCloseable {
    /** How many requests of {@link #MEETING} wait for one another. */
    static final int MEETING_SIZE = 200;

    /** Requests with this path prefix are answered when {@link #MEETING_SIZE} of the same path are there. */
    static final String MEETING = "/meeting/";

    /** Requests with this path are answered when the server closes. */
    static final String SILENT = "/silent/forever";

    /** Requests with any other path are answered at once. */
    static final String ECHO = "/echo/now";

    /** The content type of gRPC requests and answers, whose status is a trailer. */
    static final String GRPC = "application/grpc";

    private static final byte[] ALONE = {};

    private final AtomicInteger count = new AtomicInteger();
    private final Map<String, CountDownLatch> meetings = new ConcurrentHashMap<>();
    private final CountDownLatch closed = new CountDownLatch(1);

    /** Returns the answer to a request, perhaps after waiting. */
    byte[] answer(String path, byte[] body) {
        count.incrementAndGet();
        try {
            if (path.equals(SILENT)) {
                closed.await();
            } else if (path.startsWith(MEETING)) {
                CountDownLatch meeting = meetings.computeIfAbsent(path, p -> new CountDownLatch(MEETING_SIZE));
                meeting.countDown();
                return meeting.await(120, TimeUnit.SECONDS) ? body : ALONE;
            }
            return body.length > 0 ? body : path.getBytes(StandardCharsets.UTF_8);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ALONE;
        }
    }

    /** Returns how many requests have arrived. */
    int count() {
        return count.get();
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
