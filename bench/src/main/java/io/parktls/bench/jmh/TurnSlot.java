package io.parktls.bench.jmh;

/**
 * The place of a JVM in the order of those that take turns.
 *
 * @param port the port of the {@link TurnServer} on the loopback interface
 * @param number the place in each round, from 0
 */
record TurnSlot(int port, int number) {
    /** The slot of a JVM that does not take turns. */
    static final TurnSlot NONE = new TurnSlot(0, 0);

    private static final String PROPERTY = "parktls.bench.turn";

    /** The slot of this JVM, from its system properties. */
    static TurnSlot ofThisJvm() {
        String[] parts =
                System.getProperty(PROPERTY, NONE.port + ":" + NONE.number).split(":", -1);
        return new TurnSlot(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
    }

    /** The argument that assigns this slot to a JVM. */
    String jvmArgument() {
        return "-D" + PROPERTY + "=" + port + ":" + number;
    }
}
