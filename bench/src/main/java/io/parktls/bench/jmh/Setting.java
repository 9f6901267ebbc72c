package io.parktls.bench.jmh;

import io.parktls.bench.figures.Table;
import io.parktls.bench.jmh.stack.Peer;
import java.io.PrintStream;
import java.util.Set;

/**
 * Under what circumstances a question is answered.
 *
 * @param peers who takes part
 * @param progress where to say what is being measured
 * @param answers where tables go
 */
record Setting(Pace pace, Set<Peer> peers, PrintStream progress, PrintStream answers) {
    /** The same for counts, which vary little. */
    Setting forCounts() {
        return new Setting(pace.forCounts(), peers, progress, answers);
    }

    /** Whether we take part. The limits of what we could reach do as well then. */
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
