package io.parktls.bench.jmh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class TurnKeeperTest {
    private static final Duration LONG = Duration.ofMinutes(2);
    private static final Duration SHORT = Duration.ofSeconds(3);

    @FunctionalInterface
    private interface Player {
        void play() throws Exception;
    }

    /** Who had a turn, in order. */
    private final List<Integer> turns = Collections.synchronizedList(new ArrayList<>());

    @Test
    void allHaveTheirTurnsInOrderHoweverTheyArrive() throws Exception {
        try (TurnKeeper keeper = TurnKeeper.open(3, LONG)) {
            play(player(keeper, 2, 2), player(keeper, 0, 2), player(keeper, 1, 2));
        }

        assertEquals(List.of(0, 1, 2, 0, 1, 2), turns);
    }

    @Test
    void whoLeavesIsPassedOver() throws Exception {
        try (TurnKeeper keeper = TurnKeeper.open(3, LONG)) {
            play(player(keeper, 0, 3), player(keeper, 1, 1), player(keeper, 2, 3));
        }

        assertEquals(List.of(0, 1, 2, 0, 2, 0, 2), turns);
    }

    @Test
    void whoDiesInItsTurnIsPassedOver() throws Exception {
        try (TurnKeeper keeper = TurnKeeper.open(2, LONG)) {
            Player mortal = () -> {
                try (TurnTaker taker = TurnTaker.at(keeper.seat(0))) {
                    taker.await();
                    turns.add(0);
                }
            };
            play(mortal, player(keeper, 1, 3));
        }

        assertEquals(List.of(0, 1, 1, 1), turns);
    }

    @Test
    void whoNeverComesIsNotWaitedFor() throws Exception {
        try (TurnKeeper keeper = TurnKeeper.open(2, LONG)) {
            keeper.vacate(keeper.seat(0));
            play(player(keeper, 1, 2));
        }

        assertEquals(List.of(1, 1), turns);
    }

    @Test
    void whoTakesTooLongLosesItsTurn() throws Exception {
        try (TurnKeeper keeper = TurnKeeper.open(2, SHORT)) {
            Player slow = () -> {
                try (TurnTaker taker = TurnTaker.at(keeper.seat(0))) {
                    taker.await();
                    assertThrows(IOException.class, taker::await);
                }
            };
            play(slow, player(keeper, 1, 2));
        }

        assertEquals(List.of(1, 1), turns);
    }

    @Test
    void aJvmIsGivenItsSeatByAProperty() {
        Seat seat = new Seat(4711, 3);

        assertEquals("-Dparktls.bench.seat=4711:3", seat.jvmArgument());
        assertEquals(Seat.ALONE, Seat.ofThisJvm());
    }

    private Player player(TurnKeeper keeper, int number, int count) {
        return () -> {
            try (TurnTaker taker = TurnTaker.at(keeper.seat(number))) {
                for (int i = 0; i < count; i++) {
                    taker.await();
                    turns.add(number);
                    taker.pass();
                }
                taker.await();
            }
        };
    }

    private static void play(Player... players) throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> games = new ArrayList<>();
            for (Player player : players) {
                games.add(threads.submit(() -> {
                    player.play();
                    return null;
                }));
            }
            for (Future<?> game : games) {
                game.get();
            }
        }
    }
}
