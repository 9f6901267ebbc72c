package io.parktls.bench.load;

import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** One platform thread with a selector. What is registered with it is touched by that thread alone. */
final class EventLoop implements AutoCloseable {
    /** How many tasks are run between two selections, at most. */
    private static final int TASKS_PER_TURN = 1_000;

    /** Something with a channel. */
    interface Ready {
        /** The channel is ready for something that it waits for, or it is its turn for another reason. */
        void ready() throws IOException;

        /** What {@link #ready} ended with. */
        void failed(IOException failure);
    }

    private final Selector selector;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final Thread thread;

    /** What to do in each turn; while there is something, the loop does not sleep. */
    private volatile @Nullable Runnable ticker;

    private volatile boolean closed;

    private EventLoop(Selector selector, String name) {
        this.selector = selector;
        this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
    }

    static EventLoop start(String name) throws IOException {
        EventLoop loop = new EventLoop(Selector.open(), name);
        loop.thread.start();
        return loop;
    }

    /** Has a task run by this loop's thread. Any thread may ask. */
    void execute(Runnable task) {
        tasks.add(task);
        if (Thread.currentThread() != thread) {
            selector.wakeup();
        }
    }

    /** Gives someone a turn. Any thread may ask. */
    void turn(Ready someone) {
        execute(() -> run(someone));
    }

    /** From now on no more sleep: the task is run in each turn. Any thread may ask. */
    void tick(Runnable task) {
        ticker = task;
        selector.wakeup();
    }

    void stopTicking() {
        ticker = null;
    }

    /** To be called by this loop's thread. */
    SelectionKey register(SelectableChannel channel, int operations, Ready someone) throws IOException {
        return channel.register(selector, operations, someone);
    }

    private void run() {
        try (selector) {
            while (!closed) {
                Runnable tick = ticker;
                if (tick != null || !tasks.isEmpty()) {
                    selector.selectNow(EventLoop::run);
                } else {
                    selector.select(EventLoop::run);
                }
                runTasks();
                if (tick != null) {
                    tick.run();
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException("an event loop has ended", e);
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
        if (key.attachment() instanceof Ready someone) {
            run(someone);
        }
    }

    /** To be called by this loop's thread. */
    static void run(Ready someone) {
        try {
            someone.ready();
        } catch (IOException e) {
            someone.failed(e);
        }
    }

    @Override
    public void close() {
        closed = true;
        selector.wakeup();
    }
}
