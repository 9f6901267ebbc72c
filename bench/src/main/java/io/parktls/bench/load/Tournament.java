package io.parktls.bench.load;

import io.parktls.bench.jmh.stack.KeyKind;
import io.parktls.bench.jmh.stack.Pki;
import io.parktls.bench.tool.Complaint;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * All contenders in all rows, round by round, and in a round row by row, so that what changes on the machine meanwhile changes for
 * all. Only what takes a crowd is done by one contender after another: not all can have theirs at a time. For one thread.
 */
final class Tournament {
    /** As many event loops as the generator has, each with a thread. */
    static final int GENERATOR_LOOPS = 2;

    private final Profile profile;
    private final Progress progress;
    private final Results results;

    /** Their servers live as long as this: to warm them up takes longer than to measure. */
    private final Map<Contender, Entrant> entrants = new EnumMap<>(Contender.class);

    private Tournament(Profile profile, Progress progress) {
        this.profile = profile;
        this.progress = progress;
        this.results = new Results(profile);
    }

    static Results run(Profile profile, Progress progress) throws IOException {
        return new Tournament(profile, progress).run();
    }

    private Results run() throws IOException {
        Pki pki = Pki.of(KeyKind.ECDSA_P256);
        List<EventLoop> loops = new ArrayList<>();
        try {
            for (int i = 0; i < GENERATOR_LOOPS; i++) {
                loops.add(EventLoop.start("generator-" + i));
            }
            if (profile.rows().contains(Row.START_UP)) {
                rehearse(pki, loops);
            }
            for (Contender contender : profile.contenders()) {
                enter(contender, pki, loops);
            }
            for (int round = 1; round <= profile.rounds(); round++) {
                round(round);
            }
        } finally {
            for (Entrant entrant : entrants.values()) {
                entrant.close();
            }
            loops.forEach(EventLoop::close);
            progress.end();
        }
        return results;
    }

    /** The generator has a start-up, too: else it would count as that of the first server. */
    private static void rehearse(Pki pki, List<EventLoop> loops) throws IOException {
        try (Entrant partner = Entrant.start(Contender.PARKTLS_LOOP, Profile.PROBE, pki, loops)) {
            partner.measure(Row.START_UP);
        }
    }

    /**
     * Starts a server and warms it up. All are warm before the first is measured: they take turns at the generator, whose code
     * is as it is for all of them only once it has met them all.
     */
    private void enter(Contender contender, Pki pki, List<EventLoop> loops) {
        progress.entering(contender);
        try {
            Entrant entrant = Entrant.start(contender, profile, pki, loops);
            entrants.put(contender, entrant);
            if (profile.rows().contains(Row.START_UP)) {
                measure(entrant, contender, Row.START_UP);
            }
            for (Row row : profile.warmUpRows()) {
                warmUp(entrant, contender, row);
            }
            entrant.endRound();
        } catch (IOException | RuntimeException e) {
            profile.rows().forEach(row -> results.failed(contender, row, Complaint.about(e)));
        }
    }

    /** One row that fails is no reason to leave out the others. */
    private void warmUp(Entrant entrant, Contender contender, Row row) {
        try {
            entrant.warmUp(row);
        } catch (IOException | RuntimeException e) {
            results.failed(contender, row, Complaint.about(e));
        }
    }

    /** As the rows are: in busy minutes of the machine it takes longer, too. */
    private void measureBareCryptography(Row row) {
        if (WhereItGoes.isAboutCiphers(row)) {
            double micros = BareCipher.sealAndOpen(row.connections(), row.recordSize(), profile.measured());
            results.bareCryptography(row, micros * row.recordsSealedAndOpened());
        } else if (row.kind() == Row.Kind.HANDSHAKE) {
            results.bareCryptography(row, BarePrimitives.perHandshake(profile.measured()));
        }
    }

    private void round(int round) {
        for (Row row : profile.rows()) {
            if (row.kind() != Row.Kind.START_UP && !row.isCrowd()) {
                entrants.keySet().forEach(contender -> turn(contender, row, round));
                measureBareCryptography(row);
            }
        }
        entrants.forEach((contender, entrant) -> {
            for (Row row : profile.rows()) {
                if (row.isCrowd()) {
                    turn(contender, row, round);
                }
            }
            results.negotiated(contender, entrant.negotiated());
            entrant.endRound();
        });
        profile.rows().stream().filter(Row::isCrowd).forEach(this::measureBareCryptography);
    }

    private void turn(Contender contender, Row row, int round) {
        progress.now(round, contender, row);
        measure(Objects.requireNonNull(entrants.get(contender)), contender, row);
    }

    /** A row that fails is no reason to leave out the others. */
    private void measure(Entrant entrant, Contender contender, Row row) {
        try {
            Map<Metric, Double> figures = entrant.measure(row);
            results.add(contender, row, figures);
            progress.measured(row, figures);
        } catch (IOException | RuntimeException e) {
            results.failed(contender, row, Complaint.about(e));
        }
    }
}
