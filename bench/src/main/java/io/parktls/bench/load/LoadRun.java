package io.parktls.bench.load;

import io.parktls.bench.jmh.stack.KeyKind;
import io.parktls.bench.jmh.stack.Pki;
import io.parktls.bench.measure.RoundRobin;
import io.parktls.bench.server.EventLoop;
import io.parktls.bench.server.ServerKind;
import io.parktls.bench.tool.Complaint;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Measures all servers in all rows, round by round. Within a round, each row is measured with one server after the
 * other; only the rows with many connections are measured server by server, since not all servers can have so many
 * connections at the same time. For one thread.
 */
final class LoadRun {
    /** The number of event loops of the generator, each with one thread. */
    static final int GENERATOR_LOOPS = 2;

    private final Profile profile;
    private final Progress progress;
    private final Results results;

    /** The servers run as long as this object: warming them up takes longer than measuring. */
    private final RoundRobin<ServerUnderLoad> servers = new RoundRobin<>();

    private LoadRun(Profile profile, Progress progress) {
        this.profile = profile;
        this.progress = progress;
        this.results = new Results(profile);
    }

    static Results run(Profile profile, Progress progress) throws IOException {
        return new LoadRun(profile, progress).run();
    }

    private Results run() throws IOException {
        Pki pki = Pki.of(KeyKind.ECDSA_P256);
        List<EventLoop> loops = new ArrayList<>();
        try (servers) {
            for (int i = 0; i < GENERATOR_LOOPS; i++) {
                loops.add(EventLoop.start("generator-" + i));
            }
            if (profile.rows().contains(Row.START_UP)) {
                startUpGenerator(pki, loops);
            }
            for (ServerKind kind : profile.servers()) {
                start(kind, pki, loops);
            }
            for (int round = 1; round <= profile.rounds(); round++) {
                round(round);
            }
        } finally {
            loops.forEach(EventLoop::close);
            progress.end();
        }
        return results;
    }

    /** Does a first handshake. Otherwise the start-up of the generator would be part of that of the first server. */
    private static void startUpGenerator(Pki pki, List<EventLoop> loops) throws IOException {
        try (ServerUnderLoad server = ServerUnderLoad.start(ServerKind.PARKTLS_LOOP, Profile.PROBE, pki, loops)) {
            server.measure(Row.START_UP);
        }
    }

    /**
     * Starts a server and warms it up. All servers are warm before the first one is measured: the generator's code is
     * optimized for all of them only when it has worked with all of them.
     */
    private void start(ServerKind kind, Pki pki, List<EventLoop> loops) {
        progress.starting(kind);
        try {
            ServerUnderLoad server = ServerUnderLoad.start(kind, profile, pki, loops);
            servers.add(server);
            if (profile.rows().contains(Row.START_UP)) {
                measure(server, Row.START_UP);
            }
            for (Row row : profile.warmUpRows()) {
                warmUp(server, row);
            }
            server.endRound();
        } catch (IOException | RuntimeException e) {
            profile.rows().forEach(row -> results.failed(kind, row, Complaint.about(e)));
        }
    }

    private void warmUp(ServerUnderLoad server, Row row) {
        try {
            server.warmUp(row);
        } catch (IOException | RuntimeException e) {
            results.failed(server.kind(), row, Complaint.about(e));
        }
    }

    private void round(int round) throws IOException {
        for (Row row : profile.rows()) {
            if (row.kind() != Row.Kind.START_UP && !row.hasManyConnections()) {
                servers.measureOnce(round, (number, server) -> measure(number, server, row));
                measureBareCryptography(row);
            }
        }
        List<Row> large =
                profile.rows().stream().filter(Row::hasManyConnections).toList();
        servers.measureOnce(round, (number, server) -> {
            large.forEach(row -> measure(number, server, row));
            results.negotiated(server.kind(), server.negotiated());
            server.endRound();
        });
        large.forEach(this::measureBareCryptography);
    }

    /** Measured as often as the rows, since it too takes longer when the machine is busy. */
    private void measureBareCryptography(Row row) {
        if (CostBreakdown.isAboutCiphers(row)) {
            double micros = BareCipher.sealAndOpen(row.connections(), row.recordSize(), profile.measured());
            results.bareCryptography(row, micros * row.recordsSealedAndOpened());
        } else if (row.kind() == Row.Kind.HANDSHAKE) {
            results.bareCryptography(row, BarePrimitives.perHandshake(profile.measured()));
        }
    }

    private void measure(int round, ServerUnderLoad server, Row row) {
        progress.measuring(round, server.kind(), row);
        measure(server, row);
    }

    /** A row that fails does not keep the others from being measured. */
    private void measure(ServerUnderLoad server, Row row) {
        try {
            Map<Metric, Double> figures = server.measure(row);
            results.add(server.kind(), row, figures);
            progress.measured(row, figures);
        } catch (IOException | RuntimeException e) {
            results.failed(server.kind(), row, Complaint.about(e));
        }
    }
}
