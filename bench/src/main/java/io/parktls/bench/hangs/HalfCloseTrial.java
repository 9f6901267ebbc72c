package io.parktls.bench.hangs;

import java.time.Duration;

/** Sends a request, closes the output, and then reads the reply. */
final class HalfCloseTrial implements Trial.Body {
    private static final int MEGABYTES = 100;
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @Override
    public Outcome run(TlsStack stack) throws Exception {
        TlsStack.Pair pair = stack.establish(Contexts.of(Contexts.HOST));
        Attempt<?> serving = Attempt.run(ThreadKind.PLATFORM, () -> {
            pair.server().drain();
            byte[] megabyte = new byte[1 << 20];
            for (int i = 0; i < MEGABYTES; i++) {
                pair.server().write(megabyte);
            }
            pair.server().shutdownOutput();
        });
        Attempt<Long> asking = Attempt.start(ThreadKind.PLATFORM, () -> {
            pair.client().write(new byte[1_000]);
            pair.client().shutdownOutput();
            return pair.client().drain();
        });
        if (!asking.endsWithin(LIMIT)) {
            return Outcome.wrong("not through after %d s".formatted(LIMIT.toSeconds()));
        }
        if (asking.failure() != null || serving.failure() != null) {
            return Outcome.wrong(
                    "fails: %s".formatted(asking.failure() != null ? asking.failure() : serving.failure()));
        }
        long got = asking.get();
        return got == (long) MEGABYTES << 20
                ? Outcome.right("%d MB in %d ms".formatted(MEGABYTES, asking.millis()))
                : Outcome.wrong("%d bytes of %d MB, and no word about the rest".formatted(got, MEGABYTES));
    }
}
