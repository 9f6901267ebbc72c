package io.parktls.bench.storm;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.Locale;

/**
 * What a clients' JVM is told to do: a line on its standard input. It answers with an {@link Observation}.
 *
 * @param duration of what is measured
 */
record Order(Weather weather, Duration duration) {
    /** What the established connections are to be measured in. */
    enum Weather {
        CALM,
        STORM
    }

    static Order parse(String line) throws IOException {
        String[] words = line.split(" ", -1);
        try {
            if (words.length == 2) {
                return new Order(Weather.valueOf(words[0].toUpperCase(Locale.ROOT)), Duration.parse(words[1]));
            }
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new IOException("no order: " + line, e);
        }
        throw new IOException("no order: " + line);
    }

    String toLine() {
        return weather.name().toLowerCase(Locale.ROOT) + " " + duration;
    }
}
