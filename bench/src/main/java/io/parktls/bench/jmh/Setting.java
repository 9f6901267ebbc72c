package io.parktls.bench.jmh;

import io.parktls.bench.jmh.stack.Peer;
import io.parktls.bench.measure.Table;
import java.io.PrintStream;
import java.util.Set;

/**
 * The settings of a run.
 *
 * @param peers the peers to measure
 * @param progress receives a line for each measurement
 * @param answers receives the tables
 */
record Setting(Pace pace, Set<Peer> peers, PrintStream progress, PrintStream answers) {
    /** The same settings with fewer iterations, for counts. */
    Setting forCounts() {
        return new Setting(pace.forCounts(), peers, progress, answers);
    }

    /** Whether ParkTLS is measured. If so, its theoretical limits are measured too. */
    boolean hasOurs() {
        return peers.contains(Peer.PARKTLS);
    }

    void announce(String what) {
        progress.println(what);
    }

    void print(Table table) {
        answers.println(table);
        answers.flush();
    }
}
