package io.parktls.sockets;

import java.util.concurrent.Callable;

/** The two kinds of threads, which are to be treated alike. */
enum ThreadKind {
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

    /** Runs something in a thread of this kind. */
    <T> Task<T> start(Callable<T> body) {
        return new Task<>(this, body);
    }

    /** Runs something in a thread of this kind. */
    Task<Void> run(Task.Body body) {
        return start(() -> {
            body.run();
            return null;
        });
    }
}
