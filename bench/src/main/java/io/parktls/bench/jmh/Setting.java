package io.parktls.bench.jmh;

import java.io.PrintStream;

/**
 * Under what circumstances a question is answered.
 *
 * @param progress where to say what is being measured
 * @param answers where tables go
 */
record Setting(Pace pace, PrintStream progress, PrintStream answers) {
    /** The same for counts, which vary little. */
    Setting forCounts() {
        return new Setting(pace.forCounts(), progress, answers);
    }

    void announce(String what) {
        progress.println(what);
    }

    void print(Table table) {
        answers.println(table);
        answers.flush();
    }
}
