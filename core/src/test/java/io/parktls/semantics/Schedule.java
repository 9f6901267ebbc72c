package io.parktls.semantics;

import io.parktls.bio.Bio;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;

/**
 * A conversation in which chance decides who acts, what it does, and what the pipe does with it. Each end writes some data,
 * reads the other's, and closes when it has both behind it.
 */
final class Schedule {
    private static final int[] CAPACITIES = {64, 256, 1_024, 4_096, 17_408};
    private static final int[] MOST_BYTES = {50, 500, 20_000};

    /** One in so many has a pipe of a few bytes, which takes long; {@link PipeSizesTest} has them all. */
    private static final int NARROW_ONE_IN = 25;

    private static final double[] REFUSALS = {0, 0.2, 0.6};
    private static final int MOST_DATA = 3_000;

    /** Turns without a byte moved, before it is a hang; most of them are of the wrong end. */
    private static final int IDLE_TURNS = 20_000;

    private final Random random;
    private final FitfulBio clientBio;
    private final FitfulBio serverBio;
    private final Side client;
    private final Side server;

    Schedule(Random random, Contexts contexts, Pairing pairing, boolean keyUpdates) {
        this.random = random;
        boolean narrow = random.nextInt(NARROW_ONE_IN) == 0;
        Bio[] pipe = Bio.pair(narrow ? 1 + random.nextInt(8) : oneOf(CAPACITIES));
        int mostBytes = oneOf(MOST_BYTES);
        int mostData = narrow ? 100 : MOST_DATA;
        double refusals = REFUSALS[random.nextInt(REFUSALS.length)];
        clientBio = new FitfulBio(pipe[0], random, mostBytes, refusals);
        serverBio = new FitfulBio(pipe[1], random, mostBytes, refusals);
        byte[] there = Actor.bytes(random.nextInt(mostData));
        byte[] back = Actor.bytes(random.nextInt(mostData));
        client = new Side(contexts.client(pairing.isClientOurs(), clientBio), there, back.length, keyUpdates);
        // Only one end updates: two of libssl's, each with a KeyUpdate that finds no room, read no more (PST-04) and
        // hang.
        server = new Side(contexts.server(pairing.isServerOurs(), serverBio), back, there.length, false);
    }

    private int oneOf(int[] choice) {
        return choice[random.nextInt(choice.length)];
    }

    /** Runs to the end, and says how it ended. */
    String run() {
        try (client.end;
                server.end) {
            int idle = 0;
            while (!client.isDone() || !server.isDone()) {
                long before = clientBio.moved() + serverBio.moved();
                (random.nextBoolean() ? client : server).act();
                idle = clientBio.moved() + serverBio.moved() > before ? 0 : idle + 1;
                if (idle > IDLE_TURNS) {
                    throw new AssertionError("a hang: " + client + ", " + server);
                }
            }
            return "client read " + client.digest() + ", server read " + server.digest() + ", closed "
                    + client.end.shutdownState() + server.end.shutdownState();
        }
    }

    /** One end and what it still has to do. */
    private final class Side {
        private final End end;
        private final byte[] data;
        private final int expected;
        private final boolean keyUpdates;
        private final ByteArrayOutputStream received = new ByteArrayOutputStream();
        private byte[] unfinished = {};
        private int written;
        private int updates;
        private boolean closed;

        Side(End end, byte[] data, int expected, boolean keyUpdates) {
            this.end = end;
            this.data = data;
            this.expected = expected;
            this.keyUpdates = keyUpdates;
        }

        boolean isDone() {
            return closed;
        }

        void act() {
            switch (random.nextInt(8)) {
                case 0, 1 -> write();
                case 2, 3, 4 -> read();
                case 5 -> check("handshake", end.doHandshake());
                case 6 -> updateKeys();
                default -> close();
            }
        }

        private void write() {
            if (written == data.length || (end.shutdownState() & 1) != 0) {
                return;
            }
            // libssl wants an unfinished write repeated as it was (WRT-04).
            if (unfinished.length == 0) {
                unfinished = Arrays.copyOfRange(
                        data, written, Math.min(data.length, written + 1 + random.nextInt(MOST_DATA)));
            }
            if (check("write", end.write(unfinished)).isOk()) {
                written += unfinished.length;
                unfinished = new byte[0];
            }
        }

        private void read() {
            int length = 1 + random.nextInt(MOST_DATA);
            if (random.nextInt(4) == 0) {
                check("peek", end.peek(length));
            }
            Outcome outcome = check("read", end.read(length));
            received.writeBytes(outcome.data());
        }

        private void updateKeys() {
            // A few: a flood of them is refused. Not while a write is unfinished (WRT-12): neither ours, nor the peer's
            // by
            // asking for its update. Not before data has come, for libssl's server may still be stuck with its tickets
            // (HS-10), nor after close_notify.
            boolean quiet = end.isHandshakeDone() && unfinished.length == 0 && end.shutdownState() == 0;
            if (keyUpdates && updates < 3 && received.size() > 0 && quiet && random.nextInt(10) == 0) {
                check("key update", end.updateKeys(false));
                updates++;
            }
        }

        /** Once everything is said and heard (SHD-07). */
        private void close() {
            boolean said = written == data.length && received.size() == expected && end.isHandshakeDone();
            if (said && !closed) {
                Outcome outcome = check("shutdown", end.shutdown());
                closed = outcome.isOk() && outcome.returned() == 1;
            }
        }

        private Outcome check(String call, Outcome outcome) {
            boolean early = outcome.isClosed() && received.size() < expected;
            if (outcome.isFatal() || early || received.size() > expected) {
                throw new AssertionError(call + ": " + outcome + ": " + this);
            }
            return outcome;
        }

        String digest() {
            return received.size() + " bytes " + Arrays.hashCode(received.toByteArray());
        }

        @Override
        public String toString() {
            return "[" + end + ", written " + written + " of " + data.length + ", read " + received.size() + " of "
                    + expected + "]";
        }
    }
}
