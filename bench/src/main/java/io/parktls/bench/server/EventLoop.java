package io.parktls.bench.server;

import io.parktls.Interest;
import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** One platform thread with a selector. The handlers that are registered with it are called by that thread only. */
public final class EventLoop implements AutoCloseable {
    /** The maximum number of tasks that run between two selections. */
    private static final int TASKS_PER_TURN = 1_000;

    /** Handles the events of a channel. */
    public interface Handler {
        /**
         * Called when the channel is ready for an operation of its interest set, and when the handler was scheduled.
         */
        void ready() throws IOException;

        /** Called with what {@link #ready} has thrown. */
        void failed(IOException failure);
    }

    private final Selector selector;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final Thread thread;

    private volatile boolean closed;

    private EventLoop(Selector selector, String name) {
        this.selector = selector;
        this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
    }

    public static EventLoop start(String name) throws IOException {
        EventLoop loop = new EventLoop(Selector.open(), name);
        loop.thread.start();
        return loop;
    }

    /** Has this loop's thread run a task. Thread-safe. */
    public void execute(Runnable task) {
        tasks.add(task);
        if (Thread.currentThread() != thread) {
            selector.wakeup();
        }
    }

    /** Has this loop's thread call the handler. Thread-safe. */
    public void schedule(Handler handler) {
        execute(() -> run(handler));
    }

    /** Registers a channel. To be called by this loop's thread. */
    public SelectionKey register(SelectableChannel channel, int operations, Handler handler) throws IOException {
        return channel.register(selector, operations, handler);
    }

    /** The operations that a selector has to wait for. */
    public static int operations(Interest interest) {
        return (interest.includesRead() ? SelectionKey.OP_READ : 0)
                | (interest.includesWrite() ? SelectionKey.OP_WRITE : 0);
    }

    private void run() {
        try (selector) {
            while (!closed) {
                if (tasks.isEmpty()) {
                    selector.select(EventLoop::run);
                } else {
                    selector.selectNow(EventLoop::run);
                }
                runTasks();
            }
        } catch (IOException e) {
            throw new IllegalStateException("the event loop has failed", e);
        }
    }

    private void runTasks() {
        for (int i = 0; i < TASKS_PER_TURN; i++) {
            Runnable task = tasks.poll();
            if (task == null) {
                return;
            }
            task.run();
        }
    }

    private static void run(SelectionKey key) {
        if (key.attachment() instanceof Handler handler) {
            run(handler);
        }
    }

    /** Calls the handler now. To be called by this loop's thread. */
    public static void run(Handler handler) {
        try {
            handler.ready();
        } catch (IOException e) {
            handler.failed(e);
        }
    }

    @Override
    public void close() {
        closed = true;
        selector.wakeup();
    }
}
