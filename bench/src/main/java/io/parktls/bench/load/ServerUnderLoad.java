package io.parktls.bench.load;

import io.parktls.bench.jmh.stack.Pki;
import io.parktls.bench.measure.Contender;
import io.parktls.bench.server.EventLoop;
import io.parktls.bench.server.ServerKey;
import io.parktls.bench.server.ServerKind;
import io.parktls.bench.server.ServerProcess;
import io.parktls.bench.server.ServerUse;
import io.parktls.bench.server.ServiceRequest;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A server in a JVM of its own and the connections that the generator has to it. For one thread. */
final class ServerUnderLoad implements Contender {
    /** The heap of every server. */
    static final String HEAP = "1g";

    /** The time after which a measurement without a single operation fails; generous, for a machine with other work. */
    private static final Duration LONGEST_WINDOW = Duration.ofSeconds(20);

    /** How long pending operations may take when no new ones are started. */
    private static final long DRAIN_MILLIS = 10_000;

    private final ServerKind kind;
    private final Profile profile;
    private final Meter meter = new Meter();
    private final List<EventLoop> loops;
    private final long started = System.nanoTime();
    private final ServerProcess server;
    private final ServerEndpoint endpoint;

    /** The endpoints for resumed handshakes, which keep their sessions between measurements. */
    private final List<ServerEndpoint> resuming;

    /** The connections for small echoes. Their number grows until the round ends. */
    private ConnectionGroup echoes;

    private ServerUnderLoad(
            ServerKind kind, Profile profile, Pki pki, List<EventLoop> loops, List<String> furtherOptions)
            throws IOException {
        this.kind = kind;
        this.profile = profile;
        this.loops = loops;
        List<String> options = new ArrayList<>(ServerProcess.options(HEAP, true));
        options.addAll(furtherOptions);
        this.server = ServerProcess.start(kind, ServerKey.of(pki), options);
        this.endpoint = ServerEndpoint.of(server.port(), kind.isTls(), pki);
        this.resuming = ServerEndpoint.resuming(server.port(), kind.isTls(), pki, Row.RESUMED.connections());
        this.echoes = newEchoes();
    }

    private ConnectionGroup newEchoes() {
        return new ConnectionGroup(
                loops, endpoint, ServiceRequest.SMALL_ECHO, () -> new EchoWork(Row.ECHO_1.size(), meter));
    }

    static ServerUnderLoad start(ServerKind kind, Profile profile, Pki pki, List<EventLoop> loops) throws IOException {
        return start(kind, profile, pki, loops, List.of());
    }

    /** @param furtherOptions options of the server's JVM, beside those of every server */
    static ServerUnderLoad start(
            ServerKind kind, Profile profile, Pki pki, List<EventLoop> loops, List<String> furtherOptions)
            throws IOException {
        return new ServerUnderLoad(kind, profile, pki, loops, furtherOptions);
    }

    ServerKind kind() {
        return kind;
    }

    @Override
    public String title() {
        return kind.title();
    }

    /** Closes all connections. The server keeps running, and its code stays compiled. */
    void endRound() {
        echoes.close();
        echoes = newEchoes();
    }

    /** Warms up the server and the generator with a kind of load. */
    void warmUp(Row row) throws IOException {
        measure(row, profile.first(row));
    }

    /** The parameters that the connections have negotiated. */
    String negotiated() {
        if (!kind.isTls()) {
            return "no TLS";
        }
        return endpoint.isUsed() ? endpoint.negotiated() : resuming.getFirst().negotiated();
    }

    Map<Metric, Double> measure(Row row) throws IOException {
        return measure(row, profile.again());
    }

    private Map<Metric, Double> measure(Row row, WarmUp warmUp) throws IOException {
        return switch (row.kind()) {
            case START_UP -> startUp();
            case HANDSHAKE -> handshakes(row, Collections.nCopies(row.connections(), endpoint), warmUp);
            case RESUMED -> handshakes(row, resuming, warmUp);
            case ECHO -> echo(row, echoes, warmUp);
            case FIXED_RATE -> fixedRate(row, warmUp);
            case IDLE -> idle(row);
            case REQUEST -> {
                try (ConnectionGroup connections = new ConnectionGroup(
                        loops, endpoint, ServiceRequest.ECHO, () -> new EchoWork(row.size(), meter))) {
                    yield echo(row, connections, warmUp);
                }
            }
            case SEND -> bulk(row, ServiceRequest.SEND, warmUp);
            case TAKE -> bulk(row, ServiceRequest.RECEIVE, warmUp);
        };
    }

    private Map<Metric, Double> startUp() throws IOException {
        if (echoes.size() > 0) {
            throw new IllegalStateException("the first handshake was done before the start-up was measured");
        }
        echoes.growTo(1);
        Map<Metric, Double> figures = new EnumMap<>(Metric.class);
        figures.put(Metric.MILLIS, (System.nanoTime() - started) / 1e6);
        return figures;
    }

    private Map<Metric, Double> handshakes(Row row, List<ServerEndpoint> endpoints, WarmUp warmUp) throws IOException {
        HandshakeGroup group = new HandshakeGroup(loops, endpoint, meter);
        meter.run();
        group.start(endpoints);
        try {
            return window(row, warmUp);
        } finally {
            meter.stop();
            awaitEnd(group);
            group.requireNoFailure();
        }
    }

    private Map<Metric, Double> echo(Row row, ConnectionGroup connections, WarmUp warmUp) throws IOException {
        connections.growTo(row.connections());
        meter.run();
        connections.schedule();
        try {
            return window(row, warmUp);
        } finally {
            meter.stop();
            awaitAnswers(connections);
        }
    }

    private Map<Metric, Double> fixedRate(Row row, WarmUp warmUp) throws IOException {
        echoes.growTo(row.connections());
        // A server has its connections for longer than this one. The first collection that finds new ones copies all of
        // them, which takes 50 ms with 8,000: in a window of seconds, that alone would be the 99th percentile.
        server.useAfterCollection();
        List<FixedRate> rates = new ArrayList<>();
        long start = System.nanoTime();
        for (int i = 0; i < loops.size(); i++) {
            List<Client> clients = new ArrayList<>();
            for (int j = i; j < row.connections(); j += loops.size()) {
                clients.add(echoes.clients().get(j));
            }
            // The loops take turns.
            long begin = start + i * TimeUnit.SECONDS.toNanos(1) / row.rate();
            rates.add(new FixedRate(loops.get(i), clients, meter, (double) row.rate() / loops.size(), begin));
        }
        Pacer pacer = Pacer.start(rates);
        try {
            return window(row, warmUp);
        } finally {
            pacer.close();
            awaitAnswers(echoes);
        }
    }

    private Map<Metric, Double> idle(Row row) throws IOException {
        int before = row.connections() / 4;
        if (echoes.size() > before) {
            throw new IllegalStateException("there are " + echoes.size() + " connections already");
        }
        // The first quarter of the connections brings in the memory that a server needs only once.
        echoes.growTo(before);
        ServerUse few = server.useAfterCollection();
        echoes.growTo(row.connections());
        ServerUse many = server.useAfterCollection();
        int more = row.connections() - before;
        Map<Metric, Double> figures = new EnumMap<>(Metric.class);
        figures.put(Metric.HEAP, (double) (many.heap() - few.heap()) / more);
        figures.put(Metric.RESIDENT, (double) (many.resident() - few.resident()) / more);
        return figures;
    }

    private Map<Metric, Double> bulk(Row row, ServiceRequest request, WarmUp warmUp) throws IOException {
        boolean sending = request.equals(ServiceRequest.RECEIVE);
        try (ConnectionGroup connections = new ConnectionGroup(
                loops, endpoint, request, () -> new BulkWork(row.size(), sending, kind.isTls(), meter))) {
            connections.growTo(row.connections());
            Map<Metric, Double> figures = window(row, warmUp);
            connections.requireNoFailure();
            return figures;
        }
    }

    /** Warms up and then measures for the time that the profile has for it, or until the first operation is done. */
    private Map<Metric, Double> window(Row row, WarmUp warmUp) throws IOException {
        warmUp(warmUp);
        meter.latencies();
        meter.lateness();
        Snapshot before = Snapshot.take(meter, server);
        Map<Metric, Double> figures;
        do {
            if (System.nanoTime() - before.time() > LONGEST_WINDOW.toNanos()) {
                throw new IOException("no operation was completed in " + LONGEST_WINDOW.toSeconds() + " s");
            }
            sleep(profile.measured());
            figures = Snapshot.take(meter, server).since(before, row.isBulk());
        } while (figures.getOrDefault(Metric.RATE, 0.0) == 0);
        figures.putAll(Snapshot.latencies(meter.latencies()));
        figures.putAll(Snapshot.lateness(meter.lateness()));
        return figures;
    }

    private void warmUp(WarmUp warmUp) throws IOException {
        long start = System.nanoTime();
        Snapshot first = Snapshot.take(meter, server);
        Snapshot last = first;
        double fastest = 0;
        int warmSteps = 0;
        while (warmSteps < warmUp.warmSteps()
                && System.nanoTime() - start < warmUp.longest().toNanos()) {
            sleep(WarmUp.STEP);
            Snapshot now = Snapshot.take(meter, server);
            double rate = now.rateSince(last);
            long processorTime = now.server().cpuNanos() - first.server().cpuNanos();
            boolean isWarm = processorTime >= warmUp.processorTime().toNanos()
                    && now.compiledSince(last) < WarmUp.MOST_COMPILING
                    && rate > 0
                    && rate < fastest * WarmUp.MOST_GAIN;
            warmSteps = isWarm ? warmSteps + 1 : 0;
            fastest = Math.max(fastest, rate);
            last = now;
        }
    }

    /** Waits until the pending handshakes are done. */
    private static void awaitEnd(HandshakeGroup group) throws IOException {
        for (long waited = 0; !group.isOver() && waited < DRAIN_MILLIS; waited += 20) {
            sleep(Duration.ofMillis(20));
        }
    }

    /** Waits until all requests are answered. */
    private void awaitAnswers(ConnectionGroup connections) throws IOException {
        long before;
        long now = meter.operations();
        long waited = 0;
        do {
            connections.requireNoFailure();
            before = now;
            sleep(Duration.ofMillis(20));
            now = meter.operations();
            waited += 20;
        } while (now != before && waited < DRAIN_MILLIS);
    }

    private static void sleep(Duration time) throws IOException {
        try {
            TimeUnit.NANOSECONDS.sleep(time.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while measuring");
        }
    }

    @Override
    public void close() throws IOException {
        meter.stop();
        echoes.close();
        server.close();
    }
}
