package io.parktls.bench.jmh;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The turn that an iteration waits for, if this JVM has a {@link Seat}. What an iteration does is to depend on this, so that
 * JMH begins it after and ends it before; JMH's clock starts after that. Of the whole benchmark, though that has but one
 * thread: of a thread's state JMH makes one for each that depends on it.
 */
@State(Scope.Benchmark)
public class Turn {
    private final Seat seat = Seat.ofThisJvm();
    private @Nullable TurnTaker taker;

    /** Takes the seat only here: all that is set up once is by now, and keeps the processor busy in nobody's turn. */
    @Setup(Level.Iteration)
    public void await() throws IOException {
        if (seat.isAlone()) {
            return;
        }
        if (taker == null) {
            taker = TurnTaker.at(seat);
        }
        taker.await();
    }

    @TearDown(Level.Iteration)
    public void pass() throws IOException {
        if (taker != null) {
            taker.pass();
        }
    }

    /** Ends with the others: a JVM that shuts down is busy too. */
    @TearDown
    public void leave() throws IOException {
        if (taker != null) {
            taker.await();
            taker.close();
        }
    }
}
