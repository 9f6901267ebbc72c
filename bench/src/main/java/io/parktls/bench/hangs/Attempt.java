package io.parktls.bench.hangs;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** An operation on a thread of its own that may never return. */
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

    /** Waits without a timeout for the result, and throws what the operation has thrown. */
    T get() throws Exception {
        try {
            return task.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    /** Waits, and returns whether the operation has ended within the timeout, successfully or not. */
    boolean endsWithin(Duration limit) throws InterruptedException {
        try {
            task.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            return true;
        } catch (TimeoutException e) {
            return false;
        }
        return true;
    }

    /** The exception of the operation; null if it has succeeded or has not ended. */
    @Nullable
    Throwable failure() {
        return task.state() == FutureTask.State.FAILED ? task.exceptionNow() : null;
    }

    /** The duration of the operation, once it has ended. */
    long millis() {
        return TimeUnit.NANOSECONDS.toMillis(end - begin);
    }

    /** Whether the interrupt flag of the thread was set at the end. */
    boolean wasInterrupted() {
        return interrupted;
    }

    void interrupt() {
        thread.interrupt();
    }

    /** Waits until the thread has been blocked for 50 ms, or has ended. */
    Attempt<T> awaitBlocked() {
        int still = 0;
        while (!task.isDone() && still < 50) {
            // The state of a platform thread that is blocked in a system call is RUNNABLE.
            still = isWaiting() || isInSystemCall() ? still + 1 : 0;
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
        return this;
    }

    /** Waits until the thread is parked. Only for stacks that never park briefly. */
    @SuppressWarnings("ThreadPriorityCheck") // waits for the progress of another thread
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
