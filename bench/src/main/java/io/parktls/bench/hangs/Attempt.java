package io.parktls.bench.hangs;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Something that runs in a thread of its own and may never come back. */
final class Attempt<T> {
    interface Body {
        void run() throws Exception;
    }

    private final FutureTask<T> task;
    private final Thread thread;
    private final long begin = System.nanoTime();

    private volatile long end;
    private volatile boolean interrupted;

    private Attempt(ThreadKind kind, Callable<T> body) {
        this.task = new FutureTask<>(() -> {
            try {
                return body.call();
            } finally {
                end = System.nanoTime();
                interrupted = Thread.currentThread().isInterrupted();
            }
        });
        this.thread = kind.start(task);
    }

    static <T> Attempt<T> start(ThreadKind kind, Callable<T> body) {
        return new Attempt<>(kind, body);
    }

    static Attempt<@Nullable Void> run(ThreadKind kind, Body body) {
        return new Attempt<>(kind, () -> {
            body.run();
            return null;
        });
    }

    /** What it came to; waits for as long as it takes. */
    T get() throws Exception {
        try {
            return task.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    /** Whether it is back within that time, well or not. */
    boolean isBackWithin(Duration limit) throws InterruptedException {
        try {
            task.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            return true;
        } catch (TimeoutException e) {
            return false;
        }
        return true;
    }

    /** What it ended with; null if it ended well or has not. */
    @Nullable
    Throwable failure() {
        return task.state() == FutureTask.State.FAILED ? task.exceptionNow() : null;
    }

    /** How long it took, once it is back. */
    long millis() {
        return TimeUnit.NANOSECONDS.toMillis(end - begin);
    }

    /** Whether its thread was left interrupted. */
    boolean wasInterrupted() {
        return interrupted;
    }

    void interrupt() {
        thread.interrupt();
    }

    /** Waits until the thread waits for something, and has not moved for a while. */
    Attempt<T> awaitStuck() {
        int still = 0;
        while (!task.isDone() && still < 50) {
            // A platform thread that waits in a system call is runnable, for all the JVM knows.
            still = isWaiting() || isInSystemCall() ? still + 1 : 0;
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
        return this;
    }

    /** Waits until the thread is parked, for a stack that does not park for short. */
    @SuppressWarnings("ThreadPriorityCheck") // somebody else has to come so far first
    Attempt<T> awaitParked() {
        int still = 0;
        while (!task.isDone() && still < 3) {
            still = isWaiting() ? still + 1 : 0;
            Thread.yield();
        }
        return this;
    }

    private boolean isWaiting() {
        Thread.State state = thread.getState();
        return state == Thread.State.WAITING || state == Thread.State.TIMED_WAITING;
    }

    private boolean isInSystemCall() {
        StackTraceElement[] stack = thread.getStackTrace();
        return stack.length > 0 && stack[0].isNativeMethod();
    }
}
