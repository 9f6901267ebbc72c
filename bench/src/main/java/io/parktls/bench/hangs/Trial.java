package io.parktls.bench.hangs;

import java.util.Arrays;

/** The classes of failures, each with a test that shows whether a stack has it. */
enum Trial {
    H1("full duplex and KeyUpdate", new FullDuplexTrial()),
    H2("close() beside a stuck writer", new CloseTrial()),
    H3("a handshake byte by byte", new DrippingTrial()),
    H4("a write to a peer that stalls", new WriteDeadlineTrial()),
    H5("interrupts", new InterruptTrial()),
    H6("an end without close_notify", new TruncationTrial()),
    H7("half-close, 100 MB reply", new HalfCloseTrial()),
    H8("memory of an idle end", new IdleMemoryTrial()),
    H11("a server of another name", new WrongHostTrial()),
    H12("system calls to read 100 records", new SystemCallsTrial()),
    H14("accept beside busy virtual threads", new StarvationTrial()),
    H20_1("H1 over a plain socket", H1),
    H20_2("H2 over a plain socket", H2),
    H20_3("H3 over a plain socket", H3),
    H20_4("H4 over a plain socket", H4),
    H20_5("H5 over a plain socket", H5),
    H20_6("H6 over a plain socket", H6),
    H20_7("H7 over a plain socket", H7);

    /** Tests a stack. It runs in a JVM of its own, which is halted afterwards. */
    interface Body {
        Outcome run(TlsStack stack) throws Exception;
    }

    private final String title;

    @SuppressWarnings("ImmutableEnumChecker") // they hold no state
    private final Body body;

    Trial(String title, Body body) {
        this.title = title;
        this.body = body;
    }

    /** Repeats another trial with TLS layered over plain sockets. */
    Trial(String title, Trial trial) {
        this(title, stack -> trial.run(stack.layered()));
    }

    String title() {
        return title;
    }

    Outcome run(TlsStack stack) throws Exception {
        return body.run(stack);
    }

    /**
     * Returns the trial of that name, ignoring case.
     *
     * @throws IllegalArgumentException if there is none
     */
    static Trial of(String name) {
        return Arrays.stream(values())
                .filter(trial -> trial.name().equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "no such class: " + name + " (known: " + Arrays.toString(values()) + ")"));
    }
}
