package io.parktls.bench.jmh;

import io.parktls.bench.measure.Table;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Measures the same with several candidates. Not thread-safe. */
final class Comparison {
    /** Far longer than setting up a stack or an iteration takes, even on a busy machine. */
    private static final Duration TURN_TIMEOUT = Duration.ofMinutes(2);

    private final Table table;
    private final List<Candidate> candidates = new ArrayList<>();

    /** The candidates that can be measured. */
    private final List<Candidate> usable = new ArrayList<>();

    /** A comparison whose figures go into that table. */
    Comparison(Table table) {
        this.table = table;
    }

    void add(String title, String note, Measurement measurement) {
        Candidate candidate = new Candidate(title, note, measurement);
        candidates.add(candidate);
        usable.add(candidate);
    }

    /** Adds a peer. If it is not usable, the table gets a line with the reason. */
    void add(String title, CheckedPeer peer, Measurement measurement) {
        if (peer.usable()) {
            add(title, peer.note(), measurement);
        } else {
            candidates.add(new Candidate(title, peer.note(), slot -> Stream.empty()));
        }
    }

    /** Measures the candidates once, one after the other, which is enough for counts. Returns the table. */
    Table count(Setting setting) {
        for (Candidate candidate : usable) {
            setting.announce("  " + candidate.title());
            candidate.measure(0, TurnSlot.NONE, setting);
        }
        return table();
    }

    /**
     * Measures all candidates at the same time, taking turns with each iteration, as speeds require. Returns the table.
     */
    Table race(Setting setting) throws IOException {
        String titles = usable.stream().map(Candidate::title).collect(Collectors.joining("; "));
        Pace pace = setting.pace();
        for (int fork = 0; fork < pace.forks(); fork++) {
            setting.announce("  JVM " + (fork + 1) + " of " + pace.forks() + " each: " + titles);
            takeTurns(fork * pace.iterations(), setting);
        }
        return table();
    }

    private void takeTurns(int firstRound, Setting setting) throws IOException {
        try (TurnServer turns = TurnServer.open(usable.size(), TURN_TIMEOUT);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < usable.size(); i++) {
                Candidate candidate = usable.get(i);
                TurnSlot slot = turns.slot(i);
                threads.execute(() -> {
                    try {
                        candidate.measure(firstRound, slot, setting);
                    } finally {
                        // Even if it has failed before its first turn, the others do not have to wait for it.
                        turns.release(slot);
                        candidate.remark(turns.remark(slot));
                    }
                });
            }
        }
    }

    private Table table() {
        candidates.forEach(candidate -> candidate.addTo(table));
        return table;
    }
}
