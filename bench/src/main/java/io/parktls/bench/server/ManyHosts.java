package io.parktls.bench.server;

import io.parktls.TlsContext;
import io.parktls.TlsIdentityCache;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** A server of many hosts, whose identities are loaded on demand from a store that takes its time. */
public final class ManyHosts {
    private static final int HOSTS = 1_000;
    private static final Duration STORE = Duration.ofMillis(200);

    /** Short, so that the store is asked all the time. */
    private static final Duration MAX_AGE = Duration.ofSeconds(5);

    private static final AtomicLong NEXT = new AtomicLong();

    private ManyHosts() {}

    /** Returns the name of a host, each in turn. */
    public static String nextHost() {
        return "host" + NEXT.getAndIncrement() % HOSTS + ".test";
    }

    /** Starts a server. All hosts have the same key and certificate, which the clients do not compare with the name. */
    static int start(ServerKey key) throws IOException {
        TlsIdentityCache.Loader loader = host -> {
            Thread.sleep(STORE);
            return Optional.of(key.identity());
        };
        TlsContext.Builder context = TlsContext.builder().choose(TlsIdentityCache.of(loader, HOSTS, MAX_AGE));
        return ServerKind.virtual(ServerKind.withTickets(context).build());
    }
}
