package io.parktls.bench.hangs;

import java.util.Locale;
import java.util.concurrent.ThreadFactory;

/** Virtual and platform threads. */
enum ThreadKind {
    VIRTUAL(Thread.ofVirtual()),
    PLATFORM(Thread.ofPlatform().daemon());

    @SuppressWarnings("ImmutableEnumChecker") // they hold no state
    private final ThreadFactory factory;

    ThreadKind(Thread.Builder builder) {
        this.factory = builder.factory();
    }

    Thread start(Runnable body) {
        Thread thread = factory.newThread(body);
        thread.start();
        return thread;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
