package io.parktls.bench.storm;

import java.io.IOException;

/**
 * The observations of the clients of one server in one measurement.
 *
 * @param echoes the echoes of the established connections
 * @param handshakesPerSecond the rate of the storm, or of connections with plain TCP; 0 in calm
 * @param failures the number of failed connections of the storm
 * @param resumed the number of resumed handshakes
 */
record Observation(EchoTimes echoes, double handshakesPerSecond, long failures, long resumed) {
    static Observation ofCalm(EchoTimes echoes) {
        return new Observation(echoes, 0, 0, 0);
    }

    static Observation parse(String line) throws IOException {
        String[] words = line.split(" ", -1);
        try {
            if (words.length == 4) {
                return new Observation(
                        EchoTimes.parse(words[0]),
                        Double.parseDouble(words[1]),
                        Long.parseLong(words[2]),
                        Long.parseLong(words[3]));
            }
        } catch (NumberFormatException e) {
            throw new IOException("not an observation: " + line, e);
        }
        throw new IOException("not an observation: " + line);
    }

    /** The observation as a line, for {@link #parse}. */
    String toLine() {
        return echoes.toWord() + " " + handshakesPerSecond + " " + failures + " " + resumed;
    }
}
