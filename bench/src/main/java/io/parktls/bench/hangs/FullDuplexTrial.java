package io.parktls.bench.hangs;

import java.security.Security;
import java.time.Duration;
import java.util.List;

/** Transfers bulk data in both directions at the same time, with updates of the keys in both directions. */
final class FullDuplexTrial implements Trial.Body {
    private static final int MEGABYTES = 128;
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @Override
    public Outcome run(TlsStack stack) throws Exception {
        Security.setProperty("jdk.tls.keyLimits", "AES/GCM/NoPadding KeyUpdate 2^" + Contexts.BYTES_PER_KEY_BITS);
        TlsStack.Pair pair = stack.establish(Contexts.of(Contexts.HOST));
        long begin = System.nanoTime();
        List<Attempt<?>> all = List.of(
                Attempt.run(ThreadKind.PLATFORM, () -> write(pair.client())),
                Attempt.run(ThreadKind.PLATFORM, () -> write(pair.server())),
                Attempt.run(ThreadKind.PLATFORM, () -> pair.client().readFully((long) MEGABYTES << 20)),
                Attempt.run(ThreadKind.PLATFORM, () -> pair.server().readFully((long) MEGABYTES << 20)));
        for (Attempt<?> one : all) {
            if (!one.endsWithin(LIMIT.minusNanos(System.nanoTime() - begin))) {
                return Outcome.wrong("stalls: not through after %d s".formatted(LIMIT.toSeconds()));
            }
            if (one.failure() != null) {
                return Outcome.wrong("fails: %s".formatted(one.failure()));
            }
        }
        return Outcome.right("%d MB each way in %.1f s".formatted(MEGABYTES, (System.nanoTime() - begin) / 1e9));
    }

    private static void write(End end) throws Exception {
        byte[] bytes = new byte[65_536];
        for (int i = 0; i < MEGABYTES << 4; i++) {
            end.write(bytes);
        }
    }
}
