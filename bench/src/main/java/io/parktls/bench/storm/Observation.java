package io.parktls.bench.storm;

import java.io.IOException;

/**
 * What the clients of one contender saw in one turn.
 *
 * @param echoes of the established connections
 * @param handshakesPerSecond of the storm, 0 in calm; of plain TCP, connections
 * @param failures clients of the storm that failed
 * @param resumed handshakes that were no full ones
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
            throw new IOException("no observation: " + line, e);
        }
        throw new IOException("no observation: " + line);
    }

    /** On a line, for the way from JVM to JVM. */
    String toLine() {
        return echoes.toWord() + " " + handshakesPerSecond + " " + failures + " " + resumed;
    }
}
