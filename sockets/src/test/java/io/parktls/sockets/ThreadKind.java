package io.parktls.sockets;

import java.util.concurrent.Callable;

/** The two kinds of threads, for which the library must behave the same way. */
public enum ThreadKind {
    VIRTUAL {
        @Override
        Thread.Builder builder() {
            return Thread.ofVirtual();
        }
    },
    PLATFORM {
        @Override
        Thread.Builder builder() {
            return Thread.ofPlatform().daemon();
        }
    };

    abstract Thread.Builder builder();

    /** Runs a task with a result in a thread of this kind. */
    public <T> Task<T> start(Callable<T> body) {
        return new Task<>(this, body);
    }

    /** Runs a task without a result in a thread of this kind. */
    public Task<Void> run(Task.Body body) {
        return start(() -> {
            body.run();
            return null;
        });
    }
}
