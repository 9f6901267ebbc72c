package io.parktls.bench.storm;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.Locale;

/**
 * A task for the clients' JVM, sent as a line. The answer is an {@link Observation}.
 *
 * @param duration of the measurement
 */
record ClientTask(Phase phase, Duration duration) {
    /** Whether there are handshakes while the established connections are measured. */
    enum Phase {
        CALM,
        STORM
    }

    static ClientTask parse(String line) throws IOException {
        String[] words = line.split(" ", -1);
        try {
            if (words.length == 2) {
                return new ClientTask(Phase.valueOf(words[0].toUpperCase(Locale.ROOT)), Duration.parse(words[1]));
            }
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new IOException("not a task: " + line, e);
        }
        throw new IOException("not a task: " + line);
    }

    String toLine() {
        return phase.name().toLowerCase(Locale.ROOT) + " " + duration;
    }
}
