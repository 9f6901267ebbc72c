package io.parktls.bench.hangs;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;

/** Connects, accepts and echoes on virtual threads while others are always busy. */
final class StarvationTrial implements Trial.Body {
    private static final int BUSY = 40;
    private static final int NEWCOMERS = 10;
    private static final Duration LIMIT = Duration.ofSeconds(15);

    @Override
    public Outcome run(TlsStack stack) throws Exception {
        Contexts contexts = Contexts.of(Contexts.HOST);
        TlsStack.Listener listener = stack.listen(contexts);
        Attempt<?> accepting = Attempt.run(ThreadKind.VIRTUAL, () -> {
            while (true) {
                End server = listener.accept();
                Attempt.run(ThreadKind.VIRTUAL, () -> echo(server));
            }
        });
        for (int i = 0; i < BUSY; i++) {
            End client = stack.connect(contexts, listener.address());
            client.handshake();
            Attempt.run(ThreadKind.VIRTUAL, () -> ask(client, Integer.MAX_VALUE));
        }
        long begin = System.nanoTime();
        for (int i = 0; i < NEWCOMERS; i++) {
            Attempt<?> newcomer = Attempt.run(ThreadKind.VIRTUAL, () -> {
                End client = stack.connect(contexts, listener.address());
                client.handshake();
                ask(client, 10);
                client.close();
            });
            if (!newcomer.endsWithin(LIMIT)) {
                return Outcome.wrong("not through after %d s".formatted(LIMIT.toSeconds()));
            }
            if (newcomer.failure() != null || accepting.failure() != null) {
                return Outcome.wrong("fails: %s, %s".formatted(newcomer.failure(), accepting.failure()));
            }
        }
        return Outcome.right("%d newcomers through, %d ms each"
                .formatted(NEWCOMERS, (System.nanoTime() - begin) / 1_000_000 / NEWCOMERS));
    }

    private static void echo(End server) throws IOException {
        byte[] bytes = new byte[64];
        for (int n; (n = server.read(bytes)) >= 0; ) {
            server.write(n == bytes.length ? bytes : Arrays.copyOf(bytes, n));
        }
        server.close();
    }

    private static void ask(End client, int times) throws IOException {
        byte[] bytes = new byte[64];
        for (int i = 0; i < times; i++) {
            client.write(bytes);
            client.readFully(bytes.length);
        }
    }
}
