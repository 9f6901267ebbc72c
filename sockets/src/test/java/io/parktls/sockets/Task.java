package io.parktls.sockets;

import static org.junit.jupiter.api.Assertions.fail;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A task that runs in its own thread. */
public final class Task<T> {
    /** An operation that takes longer than this hangs, even on a busy machine. */
    public static final Duration HANG = Duration.ofSeconds(60);

    public interface Body {
        void run() throws Exception;
    }

    private final FutureTask<T> future;
    private final Thread thread;

    private volatile boolean interruptedAtEnd;

    Task(ThreadKind kind, Callable<T> body) {
        this.future = new FutureTask<>(() -> {
            try {
                return body.call();
            } finally {
                interruptedAtEnd = Thread.currentThread().isInterrupted();
            }
        });
        this.thread = kind.builder().name("task").start(future);
    }

    /** Returns the result. A failure of the task fails the test. */
    public T get() throws Exception {
        try {
            return future.get(HANG.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw (Error) e.getCause();
        } catch (TimeoutException e) {
            throw hung();
        }
    }

    /** Returns the failure of the task, which must have failed. */
    public Throwable failure() throws Exception {
        try {
            T result = future.get(HANG.toNanos(), TimeUnit.NANOSECONDS);
            return fail("ended well, with " + result);
        } catch (ExecutionException e) {
            return e.getCause();
        } catch (TimeoutException e) {
            throw hung();
        }
    }

    private AssertionError hung() {
        AssertionError error = new AssertionError("hangs: " + thread + " " + thread.getState());
        error.setStackTrace(thread.getStackTrace());
        return error;
    }

    public void interrupt() {
        thread.interrupt();
    }

    /** Returns whether the thread's interrupt flag was set when the body ended. */
    public boolean wasInterruptedAtEnd() {
        return interruptedAtEnd;
    }

    public boolean isDone() {
        return future.isDone();
    }

    /** Waits until the thread is parked. */
    public Task<T> parked() {
        return parkedIn("park");
    }

    /** Waits until the thread is parked with a method of the given name on its stack. */
    public Task<T> parkedIn(String method) {
        eventually(() -> {
            if (future.isDone()) {
                return true;
            }
            Thread.State state = thread.getState();
            boolean waits = state == Thread.State.WAITING || state == Thread.State.TIMED_WAITING;
            return waits && isIn(method);
        });
        if (future.isDone()) {
            fail("is done and not parked: " + future);
        }
        return this;
    }

    private boolean isIn(String method) {
        for (StackTraceElement frame : thread.getStackTrace()) {
            if (frame.getMethodName().equals(method)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Waits until a condition is true. After a few tries, this thread parks for a moment before each: a test that waits
     * for a timeout would otherwise keep a processor busy, which the other test JVM could use.
     */
    public static void eventually(BooleanSupplier condition) {
        long deadline = System.nanoTime() + HANG.toNanos();
        for (long tries = 1; !condition.getAsBoolean(); tries++) {
            if (System.nanoTime() > deadline) {
                fail("does not happen");
            }
            if (tries < 100) {
                Thread.yield();
            } else {
                LockSupport.parkNanos(Math.min(tries * 10_000, 10_000_000));
            }
        }
    }
}
