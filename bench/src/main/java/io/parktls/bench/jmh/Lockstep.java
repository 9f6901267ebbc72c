package io.parktls.bench.jmh;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Measures several in JVMs that run at the same time, but take turns iteration by iteration. */
final class Lockstep {
    /** Far more than it takes to set up a stack, or to do an iteration, on a machine with much else to do. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private Lockstep() {}

    /** Measures each in rounds from that one on, and returns when all are done. */
    static void measure(List<Entrant> entrants, int firstRound, Setting setting) throws IOException {
        try (TurnKeeper keeper = TurnKeeper.open(entrants.size(), PATIENCE);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < entrants.size(); i++) {
                Entrant entrant = entrants.get(i);
                Seat seat = keeper.seat(i);
                threads.execute(() -> {
                    try {
                        entrant.measure(firstRound, seat, setting);
                    } finally {
                        // Whatever became of it, the others need not wait.
                        keeper.vacate(seat);
                    }
                });
            }
        }
    }
}
