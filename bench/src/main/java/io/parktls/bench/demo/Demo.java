package io.parktls.bench.demo;

import io.parktls.TlsContext;
import io.parktls.TlsIdentity;
import io.parktls.TlsTrust;
import io.parktls.bench.tool.Stdio;
import java.io.IOException;
import java.time.Duration;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Runs clients and a server in this process, and then one handshake step by step. */
final class Demo {
    /** Smaller than a flight, so that both WANT_READ and WANT_WRITE occur. */
    private static final int PAIR_CAPACITY = 512;

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    private final Load load;
    private final Stdio stdio;
    private final TlsContext serverContext;
    private final TlsContext clientContext;
    private final FailureTally failures = new FailureTally();
    private final Scheduler scheduler = new Scheduler();

    Demo(Load load, Stdio stdio) {
        this.load = load;
        this.stdio = stdio;
        TlsIdentity identity = TlsIdentity.selfSigned(EchoServer.HOST);
        this.serverContext = context(load).identity(identity).build();
        this.clientContext =
                context(load).trust(TlsTrust.only(identity.chain().getFirst())).build();
    }

    DemoResult run() throws IOException, InterruptedException {
        long begin = System.nanoTime();
        try (EchoServer server = EchoServer.start(serverContext, load.clients(), load.limit(), failures);
                Clients clients = Clients.start(clientContext, server.port(), load, failures)) {
            if (!await(clients, begin + load.limit().toNanos())) {
                failures.add((load.clients() - clients.finished()) + " clients have not finished within "
                        + load.limit().toMillis() / 1e3 + " s");
            } else if (!server.finish(CLOSE_TIMEOUT)) {
                failures.add("the server still has open connections");
            }
            double seconds = (System.nanoTime() - begin) / 1e9;
            return result(clients, seconds, handshakeInSteps());
        }
    }

    private boolean await(Clients clients, long deadline) throws InterruptedException {
        Progress progress = new Progress(stdio, load.clients());
        boolean done = false;
        for (long left; !done && (left = deadline - System.nanoTime()) > 0; ) {
            done = clients.await(Math.min(left, Progress.interval().toNanos()));
            scheduler.sample();
            progress.show(clients);
        }
        progress.end(clients);
        return done;
    }

    private @Nullable NonBlockingHandshake handshakeInSteps() {
        try {
            return NonBlockingHandshake.run(clientContext, EchoServer.HOST, serverContext, PAIR_CAPACITY);
        } catch (IOException e) {
            failures.add("handshake over a BIO pair", e);
            return null;
        }
    }

    private DemoResult result(Clients clients, double seconds, @Nullable NonBlockingHandshake steps) {
        Histogram times = clients.handshakeTimes();
        return new DemoResult(
                clients.session(),
                load.clients(),
                clients.established(),
                clients.handshakeSeconds(),
                new DemoResult.Percentiles(
                        times.getValueAtPercentile(50) / 1e3,
                        times.getValueAtPercentile(99) / 1e3,
                        times.getMaxValue() / 1e3),
                clients.bytesChecked(),
                2 * clients.connected() + 1,
                scheduler.mostCarriers(),
                scheduler.parallelism(),
                seconds,
                steps,
                failures.byReason());
    }

    private static TlsContext.Builder context(Load load) {
        TlsContext.Builder context = TlsContext.builder().engine(load.engine().provider());
        if (load.protocol() != null) {
            context.protocols(load.protocol());
        }
        return context;
    }
}
