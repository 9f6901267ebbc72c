package io.parktls.bench.storm;

import io.parktls.bench.figures.Table;
import java.io.IOException;
import java.io.PrintStream;
import java.util.EnumMap;
import java.util.Map;

/**
 * All contenders in all rounds, one at a time, so that what changes on the machine meanwhile changes for all. Their JVMs live as
 * long as this, and lose nothing of their warmth between turns. For one thread.
 */
final class Tournament {
    private final Plan plan;
    private final StormKey key;
    private final PrintStream progress;
    private final Map<Contender, Entrant> entrants = new EnumMap<>(Contender.class);

    private Tournament(Plan plan, StormKey key, PrintStream progress) {
        this.plan = plan;
        this.key = key;
        this.progress = progress;
    }

    static Map<Contender, StormResult> run(Plan plan, StormKey key, PrintStream progress) throws IOException {
        return new Tournament(plan, key, progress).run();
    }

    private Map<Contender, StormResult> run() throws IOException {
        try {
            for (Contender contender : plan.contenders()) {
                progress.println("warm-up: " + contender.title());
                Entrant entrant = Entrant.start(contender, key, plan);
                entrants.put(contender, entrant);
                entrant.warmUp(plan.warmUp());
            }
            for (int round = 1; round <= plan.rounds(); round++) {
                for (Map.Entry<Contender, Entrant> entrant : entrants.entrySet()) {
                    turn(round, entrant.getKey(), entrant.getValue());
                }
            }
        } finally {
            for (Entrant entrant : entrants.values()) {
                entrant.close();
            }
        }
        Map<Contender, StormResult> results = new EnumMap<>(Contender.class);
        entrants.forEach((contender, entrant) -> results.put(contender, entrant.result()));
        return results;
    }

    private void turn(int round, Contender contender, Entrant entrant) throws IOException {
        double rate = entrant.turn(round, plan.calm(), plan.storm());
        progress.println("round " + round + " of " + plan.rounds() + ": " + contender.title() + ", "
                + Table.number(rate) + (contender.isTls() ? " handshakes/s" : " connects/s"));
    }
}
