package io.parktls.bench.hangs;

import java.time.Duration;

/** Lets a write time out, and then reads what the peer has sent. */
final class WriteDeadlineTrial implements Trial.Body {
    private static final Duration DEADLINE = Duration.ofMillis(500);
    private static final Duration LIMIT = Duration.ofSeconds(6);

    @Override
    public Outcome run(TlsStack stack) throws Exception {
        TlsStack.Pair pair = stack.establish(Contexts.of(Contexts.HOST));
        pair.client().limitWrite(DEADLINE);
        Attempt<?> writing =
                Attempt.run(ThreadKind.PLATFORM, () -> pair.client().write(new byte[64 << 20]));
        if (!writing.endsWithin(LIMIT)) {
            return Outcome.wrong("no such limit: not back after %d s".formatted(LIMIT.toSeconds()));
        }
        pair.server().write(new byte[10]);
        Attempt<?> reading =
                Attempt.run(ThreadKind.PLATFORM, () -> pair.client().readFully(10));
        return reading.endsWithin(LIMIT) && reading.failure() == null
                ? Outcome.right("limit 500 ms, back after %d ms, still reads".formatted(writing.millis()))
                : Outcome.wrong("back after %d ms, reads no more: %s".formatted(writing.millis(), reading.failure()));
    }
}
