package io.parktls.bench.jmh;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The turn that each iteration waits for if this JVM has a {@link TurnSlot}. The states of an iteration depend on this
 * one, so that JMH sets them up after it and tears them down before it; JMH's clock starts after that. The scope is the
 * benchmark, although there is one thread only: of a state in the scope of a thread, JMH makes one for each state that
 * depends on it.
 */
@State(Scope.Benchmark)
public class IterationTurn {
    private final TurnSlot slot = TurnSlot.ofThisJvm();
    private @Nullable TurnClient client;
    private String remark = "";

    /**
     * Connects in the first iteration only: the setup of the benchmark is done by then and cannot disturb other JVMs.
     */
    @Setup(Level.Iteration)
    public void await() throws IOException {
        if (slot.equals(TurnSlot.NONE)) {
            return;
        }
        if (client == null) {
            client = TurnClient.connect(slot);
        }
        client.await();
    }

    @TearDown(Level.Iteration)
    public void end() throws IOException {
        if (client != null) {
            client.end();
        }
    }

    /** Sets what is to be said about the measurement in this JVM. */
    void remark(String text) {
        this.remark = text;
    }

    /** Waits for a last turn, since the shutdown of a JVM needs the processor too. */
    @TearDown
    public void leave() throws IOException {
        if (client != null) {
            client.await();
            client.leave(remark);
        }
    }
}
