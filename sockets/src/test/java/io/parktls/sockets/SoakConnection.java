package io.parktls.sockets;

import io.parktls.BuffersInUse;
import io.parktls.TestContexts;
import io.parktls.TlsConnection;
import io.parktls.TlsContext;
import io.parktls.TlsVersion;
import io.parktls.bio.Bio;
import io.parktls.engine.TlsEngineProvider;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** One connection of a soak test: both ends, connected by faulty pipes. */
final class SoakConnection {
    private record Kind(boolean client, boolean jsse, TlsVersion version) {
        TlsContext make() {
            TlsEngineProvider engine = jsse ? TlsEngineProvider.jsse() : TlsEngineProvider.bouncyCastle();
            return (client ? TestContexts.client(engine, version) : TestContexts.server(engine, version)).build();
        }
    }

    private static final Map<Kind, TlsContext> CONTEXTS = new ConcurrentHashMap<>();

    private final SoakPlan plan;
    private final TlsSocket client;
    private final TlsSocket server;
    private final SoakEnd clientEnd;
    private final SoakEnd serverEnd;

    private SoakConnection(SoakPlan plan, TlsSocket client, TlsSocket server, SoakTally tally) {
        this.plan = plan;
        this.client = client;
        this.server = server;
        SoakEnd[] ends = SoakEnd.pair(plan, client, server, tally);
        this.clientEnd = ends[0];
        this.serverEnd = ends[1];
    }

    static SoakConnection open(SoakPlan plan, ChannelPairs channels, SoakTally tally) throws Exception {
        TlsContext client = CONTEXTS.computeIfAbsent(new Kind(true, plan.jsse(), plan.version()), Kind::make);
        TlsContext server = CONTEXTS.computeIfAbsent(new Kind(false, plan.jsse(), plan.version()), Kind::make);
        if (plan.capacity() > 0) {
            Bio[] pair = Bio.pair(plan.capacity());
            return new SoakConnection(
                    plan,
                    TlsSocket.over(connect(plan, client, pair[0])),
                    TlsSocket.over(accept(plan, server, pair[1])),
                    tally);
        }
        SocketChannel[] pair = channels.open(plan.isOverTcp());
        return new SoakConnection(
                plan,
                TlsSocket.over(connect(plan, client, Bio.of(pair[0])), pair[0]),
                TlsSocket.over(accept(plan, server, Bio.of(pair[1])), pair[1]),
                tally);
    }

    private static TlsConnection connect(SoakPlan plan, TlsContext context, Bio bio) {
        return context.connect(new FaultyBio(bio, plan.client().faults()), TestContexts.HOST, 0);
    }

    private static TlsConnection accept(SoakPlan plan, TlsContext context, Bio bio) {
        return context.accept(new FaultyBio(bio, plan.server().faults()));
    }

    /** Runs both ends and returns a description of the first unexpected failure; null if there is none. */
    @Nullable
    String run(SoakTally tally) throws InterruptedException, IOException {
        long start = System.nanoTime();
        Thread other = Thread.ofVirtual().start(() -> {
            try {
                serverEnd.run();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        clientEnd.run();
        other.join();
        client.close();
        server.close();
        tally.connection(plan.isOrderly(), clientEnd.received() + serverEnd.received(), System.nanoTime() - start);
        String unexpectedFailure = clientEnd.unexpectedFailure(serverEnd);
        if (unexpectedFailure == null) {
            unexpectedFailure = serverEnd.unexpectedFailure(clientEnd);
        }
        return unexpectedFailure;
    }

    /**
     * Returns whether one of the ends holds borrowed buffers. A thread that lingers after {@code close} may, for some
     * seconds.
     */
    boolean holdsBuffers() {
        return BuffersInUse.heldBy(client.connection()) || BuffersInUse.heldBy(server.connection());
    }

    @Override
    public String toString() {
        return plan + ": " + client + " and " + server;
    }
}
