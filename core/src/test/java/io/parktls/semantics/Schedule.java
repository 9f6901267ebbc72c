package io.parktls.semantics;

import io.parktls.bio.Bio;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;

/**
 * A connection on which each call, the end that makes it, and the delivery of the pipe are random. Each end writes some
 * data, reads the data of the other end, and then closes.
 */
final class Schedule {
    private static final int[] CAPACITIES = {64, 256, 1_024, 4_096, 17_408};
    private static final int[] MOST_BYTES = {50, 500, 20_000};

    /** One schedule in this many uses a pipe of a few bytes, which is slow. {@link PipeSizesTest} tests all sizes. */
    private static final int NARROW_ONE_IN = 25;

    private static final double[] REFUSALS = {0, 0.2, 0.6};
    private static final int MOST_DATA = 3_000;

    /** The number of turns without progress that counts as a hang. Most belong to the end that has to wait. */
    private static final int IDLE_TURNS = 20_000;

    private final Random random;
    private final boolean resumed;
    private final FitfulBio clientBio;
    private final FitfulBio serverBio;
    private final Side client;
    private final Side server;

    Schedule(Random random, Contexts contexts, Pairing pairing, boolean keyUpdates) {
        this.random = random;
        this.resumed = contexts.resumed() != null;
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
        // Only one end updates its keys: two ends of libssl hang, because neither reads while its KeyUpdate waits for
        // room (PST-04).
        server = new Side(contexts.server(pairing.isServerOurs(), serverBio), back, there.length, false);
    }

    private int oneOf(int[] choice) {
        return choice[random.nextInt(choice.length)];
    }

    /** Runs the schedule and returns a description of its outcome. */
    String run() {
        try (client.end;
                server.end) {
            int idle = 0;
            while (!client.isDone() || !server.isDone()) {
                long before = clientBio.moved() + serverBio.moved();
                (random.nextBoolean() ? client : server).act();
                idle = clientBio.moved() + serverBio.moved() > before ? 0 : idle + 1;
                if (idle > IDLE_TURNS) {
                    throw new AssertionError("no progress: " + client + ", " + server);
                }
            }
            if (resumed != client.end.isResumed() || resumed != server.end.isResumed()) {
                throw new AssertionError("resumed: " + client.end.isResumed() + ", " + server.end.isResumed());
            }
            return "client read " + client.digest() + ", server read " + server.digest() + ", closed "
                    + client.end.shutdownState() + server.end.shutdownState();
        }
    }

    /** One end, its progress, and its remaining work. */
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
            // libssl requires that an unfinished write is repeated with the same arguments (WRT-04).
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
            // Only a few updates, because a flood of them is refused. None during an unfinished write (WRT-12), and
            // none that requests an update of the peer, whose write may be unfinished. None before data has arrived,
            // because libssl's server may still wait for room for its tickets (HS-10), and none after close_notify.
            boolean quiet = end.isHandshakeDone() && unfinished.length == 0 && end.shutdownState() == 0;
            if (keyUpdates && updates < 3 && received.size() > 0 && quiet && random.nextInt(10) == 0) {
                check("key update", end.updateKeys(false));
                updates++;
            }
        }

        /** Closes once all data has been written and read (SHD-07). */
        private void close() {
            boolean complete = written == data.length && received.size() == expected && end.isHandshakeDone();
            if (complete && !closed) {
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
