package io.parktls.integration.engine;

import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The application of all servers. */
final class Application {
    /** Requests with this path are answered with {@code hello}. */
    static final String HELLO = "/hello";

    /** Requests with this path are answered with their body. */
    static final String ECHO = "/echo";

    /** Requests with this path are answered with the subject of the client's certificate. */
    static final String SUBJECT = "/subject";

    private final AtomicInteger requests = new AtomicInteger();

    /** Returns the answer to a request. */
    byte[] answer(String path, byte[] body, @Nullable Principal client) {
        requests.incrementAndGet();
        return switch (path) {
            case HELLO -> text("hello");
            case ECHO -> body;
            case SUBJECT -> text(client == null ? "anonymous" : client.getName());
            default -> text("no such path: " + path);
        };
    }

    /** Returns how many requests have arrived. */
    int requests() {
        return requests.get();
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
