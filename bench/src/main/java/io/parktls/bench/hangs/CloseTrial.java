package io.parktls.bench.hangs;

import java.time.Duration;

/** The peer has stopped reading, and a thread writes to it. */
final class CloseTrial implements Trial.Body {
    private static final Duration LIMIT = Duration.ofSeconds(8);

    @Override
    public Outcome run(TlsStack stack) throws Exception {
        TlsStack.Pair pair = stack.establish(Contexts.of(Contexts.HOST));
        Attempt<?> writing = Attempt.run(ThreadKind.PLATFORM, () -> {
            byte[] bytes = new byte[65_536];
            while (true) {
                pair.client().write(bytes);
            }
        });
        writing.awaitStuck();
        Attempt<?> closing = Attempt.run(ThreadKind.PLATFORM, pair.client()::close);
        if (!closing.isBackWithin(LIMIT)) {
            return Outcome.wrong("not back after %d s".formatted(LIMIT.toSeconds()));
        }
        if (!writing.isBackWithin(LIMIT)) {
            return Outcome.wrong(
                    "close() back after %d ms, write() not after %d s".formatted(closing.millis(), LIMIT.toSeconds()));
        }
        return Outcome.right("back after %d ms, the writer woken".formatted(closing.millis()));
    }
}
