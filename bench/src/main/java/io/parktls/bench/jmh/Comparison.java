package io.parktls.bench.jmh;

import io.parktls.bench.figures.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Several of whom the same is measured. Not thread-safe. */
final class Comparison {
    private final Table table;
    private final List<Entrant> entrants = new ArrayList<>();

    /** Those whom there is a point in measuring. */
    private final List<Entrant> fit = new ArrayList<>();

    /** A comparison whose figures go into that table. */
    Comparison(Table table) {
        this.table = table;
    }

    void enter(String label, String note, Measurement measurement) {
        Entrant entrant = new Entrant(label, note, measurement);
        entrants.add(entrant);
        fit.add(entrant);
    }

    /** Enters a peer; if it is not fit, then only to say why. */
    void enter(String label, Contender contender, Measurement measurement) {
        if (contender.fit()) {
            enter(label, contender.note(), measurement);
        } else {
            entrants.add(new Entrant(label, contender.note(), seat -> Stream.empty()));
        }
    }

    /** Measures one after the other, once, which is enough for what is counted, and returns the table. */
    Table count(Setting setting) {
        for (Entrant entrant : fit) {
            setting.announce("  " + entrant);
            entrant.measure(0, Seat.ALONE, setting);
        }
        return report();
    }

    /** Measures all in lockstep, which speeds want, and returns the table. */
    Table race(Setting setting) throws IOException {
        String everyone = fit.stream().map(Entrant::toString).collect(Collectors.joining("; "));
        Pace pace = setting.pace();
        for (int fork = 0; fork < pace.forks(); fork++) {
            setting.announce("  JVM " + (fork + 1) + " of " + pace.forks() + " each: " + everyone);
            Lockstep.measure(fit, fork * pace.iterations(), setting);
        }
        return report();
    }

    private Table report() {
        entrants.forEach(entrant -> entrant.report(table));
        return table;
    }
}
