package io.parktls.bench.load;

import io.parktls.bench.jmh.stack.Pki;
import io.parktls.bench.tool.ChildJvm;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A contender's server, in a JVM of its own, and what it is put to, row by row. For one thread. */
final class Entrant implements AutoCloseable {
    /** The same for all: as much heap, and nothing on offer that the client would not use. */
    static final List<String> SERVER_OPTIONS = List.of(
            "-Xmx1g",
            "-Djdk.tls.server.newSessionTicketCount=0",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow");

    /** How long to wait for anything at all to be done, on a machine that is busy with other things. */
    private static final Duration LONGEST_WINDOW = Duration.ofSeconds(20);

    /** How long requests in flight may take when no more are made. */
    private static final long QUIET_MILLIS = 10_000;

    private final Profile profile;
    private final Meter meter = new Meter();
    private final List<EventLoop> loops;
    private final ChildJvm server;
    private final long started = System.nanoTime();
    private final Target target;
    private final boolean tls;

    /** Connections for small echoes: more and more of them, until the round is over. */
    private Crowd echoes;

    private Entrant(Contender contender, Profile profile, Pki pki, List<EventLoop> loops) throws IOException {
        this.profile = profile;
        this.loops = loops;
        this.tls = contender.isTls();
        this.server = ChildJvm.start(SERVER_OPTIONS, LoadServer.class, contender.name());
        try {
            for (String line : ServerKey.lines(pki)) {
                server.writeLine(line);
            }
            this.target = Target.of(Integer.parseInt(server.readLine()), tls, pki);
        } catch (IOException | RuntimeException e) {
            server.close();
            throw e;
        }
        this.echoes = newEchoes();
    }

    private Crowd newEchoes() {
        return new Crowd(loops, target, Opening.SMALL_ECHO, () -> new EchoWork(Row.ECHO_1.size(), meter));
    }

    static Entrant start(Contender contender, Profile profile, Pki pki, List<EventLoop> loops) throws IOException {
        return new Entrant(contender, profile, pki, loops);
    }

    /** Closes all connections; the server goes on, and knows its code by now. */
    void endRound() {
        echoes.close();
        echoes = newEchoes();
    }

    /** Has the server, and with it the generator, get to know a kind of load. */
    void warmUp(Row row) throws IOException {
        measure(row, profile.first(row));
    }

    /** What the connections negotiated. */
    String negotiated() {
        return tls ? target.negotiated() : "no TLS";
    }

    Map<Metric, Double> measure(Row row) throws IOException {
        return measure(row, profile.again());
    }

    private Map<Metric, Double> measure(Row row, WarmUp warmUp) throws IOException {
        return switch (row.kind()) {
            case START_UP -> startUp();
            case HANDSHAKE -> handshakes(row, warmUp);
            case ECHO -> echo(row, echoes, warmUp);
            case FIXED_RATE -> fixedRate(row, warmUp);
            case IDLE -> idle(row);
            case REQUEST -> {
                try (Crowd crowd = new Crowd(loops, target, Opening.ECHO, () -> new EchoWork(row.size(), meter))) {
                    yield echo(row, crowd, warmUp);
                }
            }
            case SEND -> bulk(row, Opening.SEND, warmUp);
            case TAKE -> bulk(row, Opening.TAKE, warmUp);
        };
    }

    private Map<Metric, Double> startUp() throws IOException {
        if (echoes.size() > 0) {
            throw new IllegalStateException("the first handshake is done");
        }
        echoes.growTo(1);
        Map<Metric, Double> figures = new EnumMap<>(Metric.class);
        figures.put(Metric.MILLIS, (System.nanoTime() - started) / 1e6);
        return figures;
    }

    private Map<Metric, Double> handshakes(Row row, WarmUp warmUp) throws IOException {
        HandshakeStorm storm = new HandshakeStorm(loops, target, meter);
        meter.run();
        storm.start(row.connections());
        try {
            return window(row, warmUp);
        } finally {
            meter.stop();
            awaitEnd(storm);
            storm.requireSound();
        }
    }

    private Map<Metric, Double> echo(Row row, Crowd crowd, WarmUp warmUp) throws IOException {
        crowd.growTo(row.connections());
        meter.run();
        crowd.wake();
        try {
            return window(row, warmUp);
        } finally {
            meter.stop();
            awaitQuiet(crowd);
        }
    }

    private Map<Metric, Double> fixedRate(Row row, WarmUp warmUp) throws IOException {
        echoes.growTo(row.connections());
        List<FixedRate> rates = new ArrayList<>();
        for (int i = 0; i < loops.size(); i++) {
            List<Client> clients = new ArrayList<>();
            for (int j = i; j < echoes.size(); j += loops.size()) {
                clients.add(echoes.clients().get(j));
            }
            FixedRate rate = new FixedRate(clients, (double) Row.FIXED_RATE / loops.size());
            rates.add(rate);
            loops.get(i).tick(rate);
        }
        try {
            return window(row, warmUp);
        } finally {
            rates.forEach(FixedRate::stop);
            loops.forEach(EventLoop::stopTicking);
            awaitQuiet(echoes);
        }
    }

    private Map<Metric, Double> idle(Row row) throws IOException {
        int before = row.connections() / 4;
        if (echoes.size() > before) {
            throw new IllegalStateException("there are " + echoes.size() + " connections already");
        }
        // What a server has once, however many connections it has, is there by then.
        echoes.growTo(before);
        ServerUse few = collected();
        echoes.growTo(row.connections());
        ServerUse many = collected();
        int more = row.connections() - before;
        Map<Metric, Double> figures = new EnumMap<>(Metric.class);
        figures.put(Metric.HEAP, (double) (many.heap() - few.heap()) / more);
        figures.put(Metric.RESIDENT, (double) (many.resident() - few.resident()) / more);
        return figures;
    }

    private ServerUse collected() throws IOException {
        server.writeLine(LoadServer.COLLECT);
        return ServerUse.parse(server.readLine());
    }

    private Map<Metric, Double> bulk(Row row, Opening opening, WarmUp warmUp) throws IOException {
        boolean sending = opening.equals(Opening.TAKE);
        try (Crowd crowd = new Crowd(loops, target, opening, () -> new BulkWork(row.size(), sending, tls, meter))) {
            crowd.growTo(row.connections());
            Map<Metric, Double> figures = window(row, warmUp);
            crowd.requireSound();
            return figures;
        }
    }

    /** What happens within the time to measure, after that of warming up. */
    private Map<Metric, Double> window(Row row, WarmUp warmUp) throws IOException {
        warmUp(warmUp);
        meter.latencies();
        Snapshot before = Snapshot.take(meter, server);
        Map<Metric, Double> figures;
        do {
            if (System.nanoTime() - before.time() > LONGEST_WINDOW.toNanos()) {
                throw new IOException("nothing was done in " + LONGEST_WINDOW.toSeconds() + " s");
            }
            sleep(profile.measured());
            figures = Snapshot.take(meter, server).since(before, row.isBulk());
        } while (figures.getOrDefault(Metric.RATE, 0.0) == 0);
        figures.putAll(Snapshot.latencies(meter.latencies()));
        return figures;
    }

    private void warmUp(WarmUp warmUp) throws IOException {
        long start = System.nanoTime();
        Snapshot first = Snapshot.take(meter, server);
        Snapshot last = first;
        double fastest = 0;
        int calm = 0;
        while (calm < warmUp.calmSteps()
                && System.nanoTime() - start < warmUp.longest().toNanos()) {
            sleep(WarmUp.STEP);
            Snapshot now = Snapshot.take(meter, server);
            double pace = now.paceSince(last);
            long processorTime = now.server().cpuNanos() - first.server().cpuNanos();
            boolean isCalm = processorTime >= warmUp.processorTime().toNanos()
                    && now.compiledSince(last) < WarmUp.MOST_COMPILING
                    && pace > 0
                    && pace < fastest * WarmUp.MOST_GAIN;
            calm = isCalm ? calm + 1 : 0;
            fastest = Math.max(fastest, pace);
            last = now;
        }
    }

    /** Waits until the handshakes that have begun are done. */
    private static void awaitEnd(HandshakeStorm storm) throws IOException {
        for (long waited = 0; !storm.isOver() && waited < QUIET_MILLIS; waited += 20) {
            sleep(Duration.ofMillis(20));
        }
    }

    /** Waits until all have their answers. */
    private void awaitQuiet(Crowd crowd) throws IOException {
        long before;
        long now = meter.operations();
        long waited = 0;
        do {
            crowd.requireSound();
            before = now;
            sleep(Duration.ofMillis(20));
            now = meter.operations();
            waited += 20;
        } while (now != before && waited < QUIET_MILLIS);
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
