package io.parktls.sockets.jsse.engine.fuzz;

import io.parktls.sockets.Task;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;

/** The delegated tasks of an engine: those that were handed out, and those that other threads run. */
final class DelegatedTasks {
    /** For how many steps tasks are late. */
    private static final int LATENESS = 5;

    private final SSLEngine engine;
    private final Plan.Tasks when;
    private final ExecutorService threads;
    private final Deque<Runnable> held = new ArrayDeque<>();
    private final List<Future<?>> running = new ArrayList<>();
    private int late;

    DelegatedTasks(SSLEngine engine, Plan.Tasks when, ExecutorService threads) {
        this.engine = engine;
        this.when = when;
        this.threads = threads;
    }

    /** Returns whether no task is handed out that has not ended. */
    boolean isIdle() {
        running.removeIf(Future::isDone);
        return held.isEmpty() && running.isEmpty();
    }

    /** Takes a task that the status may not ask for. Returns whether there was one. */
    boolean takeOne() {
        Runnable task = engine.getDelegatedTask();
        if (task != null) {
            held.addLast(task);
        }
        return task != null;
    }

    /** Does one step towards the end of the tasks. The status asks for them. */
    String step() {
        boolean idle = isIdle();
        boolean one = when == Plan.Tasks.ONE_AT_A_TIME;
        int taken = 0;
        while ((!one || held.isEmpty()) && takeOne()) {
            taken++;
        }
        // Another thread may have ended a task since the status was read.
        if (idle && taken == 0 && engine.getHandshakeStatus() == HandshakeStatus.NEED_TASK) {
            throw new Defect("the status is NEED_TASK, and there is no task");
        }
        return taken + " tasks taken, " + run();
    }

    private String run() {
        boolean lateTasks = when == Plan.Tasks.LATE || when == Plan.Tasks.OTHER_THREADS_LATE;
        switch (when) {
            case AT_ONCE, ONE_AT_A_TIME -> runHeld();
            case OTHER_THREAD -> {
                submitHeld();
                join();
            }
            case LATE -> {}
            case OTHER_THREADS_LATE -> submitHeld();
        }
        if (lateTasks && ++late < LATENESS) {
            return "late";
        }
        settle();
        return "run";
    }

    /** Ends all tasks that were handed out. */
    void settle() {
        late = 0;
        runHeld();
        join();
    }

    /** Runs the tasks that were handed out. */
    private void runHeld() {
        while (!held.isEmpty()) {
            held.removeFirst().run();
        }
    }

    private void submitHeld() {
        while (!held.isEmpty()) {
            running.add(threads.submit(held.removeFirst()));
        }
    }

    private void join() {
        for (Future<?> task : running) {
            try {
                task.get(Task.HANG.toSeconds(), TimeUnit.SECONDS);
            } catch (ExecutionException e) {
                throw new Defect("a task throws " + e.getCause(), e);
            } catch (TimeoutException e) {
                throw new Defect("a task does not end", e);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
        running.clear();
    }
}
