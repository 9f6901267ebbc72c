package io.parktls.bench.hangs;

import java.util.Locale;

/** The two kinds of threads. */
enum ThreadKind {
    VIRTUAL {
        @Override
        Thread start(Runnable body) {
            return Thread.ofVirtual().start(body);
        }
    },
    PLATFORM {
        @Override
        Thread start(Runnable body) {
            return Thread.ofPlatform().daemon().start(body);
        }
    };

    abstract Thread start(Runnable body);

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
