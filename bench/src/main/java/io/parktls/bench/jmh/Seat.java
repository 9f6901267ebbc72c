package io.parktls.bench.jmh;

/**
 * A place among those who take turns: what a JVM has to know to take its own.
 *
 * @param port where the {@link TurnKeeper} listens, on the loopback interface
 * @param number the place in the round, from 0
 */
record Seat(int port, int number) {
    /** Of one that has nobody to take turns with. */
    static final Seat ALONE = new Seat(0, 0);

    private static final String PROPERTY = "parktls.bench.seat";

    /** That of this JVM. */
    static Seat ofThisJvm() {
        String[] parts =
                System.getProperty(PROPERTY, ALONE.port + ":" + ALONE.number).split(":", -1);
        return new Seat(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
    }

    /** What gives a JVM this seat. */
    String jvmArgument() {
        return "-D" + PROPERTY + "=" + port + ":" + number;
    }

    boolean isAlone() {
        return equals(ALONE);
    }
}
