package io.parktls.bench.hangs;

import java.time.Duration;

/** Closes a socket while a thread is blocked in a write, because the peer has stopped reading. */
final class CloseTrial implements Trial.Body {
    private static final Duration LIMIT = Duration.ofSeconds(8);

    @Override
    public Outcome run(TlsStack stack) throws Exception {
        TlsStack.Pair pair = stack.establish(Contexts.of(Contexts.HOST));
        Attempt<?> writing = Attempt.run(ThreadKind.PLATFORM, pair.client()::writeForever);
        writing.awaitBlocked();
        Attempt<?> closing = Attempt.run(ThreadKind.PLATFORM, pair.client()::close);
        if (!closing.endsWithin(LIMIT)) {
            return Outcome.wrong("not back after %d s".formatted(LIMIT.toSeconds()));
        }
        if (!writing.endsWithin(LIMIT)) {
            return Outcome.wrong(
                    "close() back after %d ms, write() not after %d s".formatted(closing.millis(), LIMIT.toSeconds()));
        }
        return Outcome.right("back after %d ms, the writer woken".formatted(closing.millis()));
    }
}
