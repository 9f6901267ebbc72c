package io.parktls.sockets.jsse.engine.fuzz;

import java.util.Random;

/**
 * The plan of one conversation, which is derived from its seed. Everything else that is random comes from the same
 * generator, in the order of the calls.
 *
 * @param disorder for how many steps the schedule contains calls that no status asks for
 * @param disorderPercent how many of those steps are such calls
 * @param largestDelivery the largest number of bytes that arrive at once
 * @param before whether a first connection on the same contexts makes a session that the second one may resume
 * @param retry whether the server refuses the client's first key share (RFC 8446 4.1.4)
 */
record Plan(
        long seed,
        String version,
        Authentication authentication,
        Incident incident,
        int incidentAt,
        int disorder,
        int disorderPercent,
        int largestDelivery,
        boolean before,
        boolean retry,
        End client,
        End server) {
    /** How the server asks for the client's certificate, and whether the client has one. */
    enum Authentication {
        NONE,
        WANTED_AND_ABSENT,
        WANTED,
        NEEDED,
        NEEDED_AND_ABSENT
    }

    /** An incident on the wire from the client to the server or back. */
    enum Incident {
        NONE,
        CUT,
        FLIP
    }

    /** When an end closes its output. */
    enum Closing {
        /** As soon as it has sent everything. */
        AFTER_WRITING,
        /** When it has received the peer's close_notify, too. */
        AFTER_READING,
        /** After a number of its steps, whatever it has sent. */
        AT_STEP,
        /** After a number of its steps, and its input is closed first. */
        INPUT_AT_STEP
    }

    /** When an end runs its delegated tasks. */
    enum Tasks {
        AT_ONCE,
        ONE_AT_A_TIME,
        LATE,
        OTHER_THREAD,
        OTHER_THREADS_LATE
    }

    /**
     * The plan of one end.
     *
     * @param bytes how many bytes the end sends
     * @param keyUpdates how often the end calls {@code beginHandshake} after the handshake
     */
    record End(int bytes, Closing closing, int closingStep, Tasks tasks, boolean begins, int keyUpdates) {}

    static Plan of(long seed, Random random) {
        boolean slow = random.nextInt(8) == 0;
        int largestDelivery = slow ? random.nextInt(1, 20) : 1 << random.nextInt(5, 18);
        int largest = slow ? 2_000 : largestDelivery < 600 ? 20_000 : 200_000;
        Authentication authentication = Authentication.NONE;
        if (random.nextInt(3) == 0) {
            authentication = Authentication.values()[random.nextInt(Authentication.values().length)];
        }
        Incident incident = switch (random.nextInt(12)) {
            case 0 -> Incident.CUT;
            case 1 -> Incident.FLIP;
            default -> Incident.NONE;
        };
        String version = random.nextInt(3) == 0 ? "TLSv1.2" : "TLSv1.3";
        End client = end(random, largest, version);
        End server = end(random, largest, version);
        if (client.closing == Closing.AFTER_READING && server.closing == Closing.AFTER_READING) {
            server = new End(server.bytes, Closing.AFTER_WRITING, 0, server.tasks, server.begins, server.keyUpdates);
        }
        return new Plan(
                seed,
                version,
                authentication,
                incident,
                random.nextInt(1 << random.nextInt(4, 10)),
                random.nextInt(4) == 0 ? 0 : 1 << random.nextInt(3, 11),
                random.nextInt(5, 90),
                largestDelivery,
                random.nextInt(5) == 0,
                random.nextInt(8) == 0,
                client,
                server);
    }

    /** Returns a plan for a first connection, which leaves a session behind. */
    Plan orderly() {
        return orderly(
                seed,
                version,
                authentication == Authentication.NEEDED_AND_ABSENT ? Authentication.NONE : authentication);
    }

    /** Returns a plan for a connection in which nothing unusual happens. */
    static Plan orderly(long seed, String version, Authentication authentication) {
        End end = new End(100, Closing.AFTER_WRITING, 0, Tasks.AT_ONCE, true, 0);
        return new Plan(seed, version, authentication, Incident.NONE, 0, 0, 0, 1 << 16, false, false, end, end);
    }

    private static End end(Random random, int largest, String version) {
        int bytes = switch (random.nextInt(6)) {
            case 0 -> 0;
            case 1 -> random.nextInt(largest);
            case 2 -> random.nextInt(Math.min(largest, 40_000));
            default -> random.nextInt(Math.min(largest, 3_000));
        };
        Closing closing = switch (random.nextInt(12)) {
            case 0, 1 -> Closing.AT_STEP;
            case 2 -> Closing.INPUT_AT_STEP;
            case 3, 4, 5, 6 -> Closing.AFTER_READING;
            default -> Closing.AFTER_WRITING;
        };
        return new End(
                bytes,
                closing,
                random.nextInt(1 << random.nextInt(1, 10)),
                Tasks.values()[random.nextInt(Tasks.values().length)],
                random.nextBoolean(),
                version.equals("TLSv1.3") && random.nextInt(4) == 0
                        ? random.nextInt(1, random.nextBoolean() ? 4 : 40)
                        : 0);
    }
}
