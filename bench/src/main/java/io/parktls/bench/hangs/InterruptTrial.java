package io.parktls.bench.hangs;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Interrupts blocked threads: the operation has to end, the interrupt flag to be set, and the connection to stay
 * usable.
 */
final class InterruptTrial implements Trial.Body {
    private static final Duration LIMIT = Duration.ofSeconds(2);
    private static final String LOST = "lose the connection";

    @Override
    public Outcome run(TlsStack stack) throws Exception {
        Contexts contexts = Contexts.of(Contexts.HOST);
        List<String> complaints = new ArrayList<>();
        for (ThreadKind kind : ThreadKind.values()) {
            Map<String, List<String>> wrong = new TreeMap<>();
            note("handshake", handshake(stack, contexts, kind), wrong);
            note("read", read(stack, contexts, kind), wrong);
            note("write", write(stack, contexts, kind), wrong);
            wrong.forEach((what, operations) -> complaints.add(kind + " " + String.join("+", operations) + " " + what));
        }
        return complaints.isEmpty()
                ? Outcome.right("back, flag kept, connection usable")
                : Outcome.wrong(String.join("; ", complaints));
    }

    private static void note(String operation, @Nullable String complaint, Map<String, List<String>> wrong) {
        if (complaint != null) {
            wrong.computeIfAbsent(complaint, what -> new ArrayList<>()).add(operation);
        }
    }

    private static @Nullable String handshake(TlsStack stack, Contexts contexts, ThreadKind kind) throws Exception {
        try (TlsStack.Listener listener = stack.listen(contexts)) {
            End client = stack.connect(contexts, listener.address());
            String wrong = interrupted(Attempt.run(kind, client::handshake));
            if (wrong != null) {
                return wrong;
            }
            End server = listener.accept();
            Attempt<?> serving = Attempt.run(ThreadKind.PLATFORM, server::handshake);
            Attempt<?> again = Attempt.run(kind, client::handshake);
            return isWell(again) && isWell(serving) ? null : LOST;
        }
    }

    private static @Nullable String read(TlsStack stack, Contexts contexts, ThreadKind kind) throws Exception {
        TlsStack.Pair pair = stack.establish(contexts);
        String wrong = interrupted(Attempt.run(kind, () -> pair.client().readFully(1)));
        return wrong != null || stillReads(pair, kind) ? wrong : LOST;
    }

    /** After a partly sent record no more writes are possible, but reads have to work. */
    private static @Nullable String write(TlsStack stack, Contexts contexts, ThreadKind kind) throws Exception {
        TlsStack.Pair pair = stack.establish(contexts);
        String wrong = interrupted(Attempt.run(kind, () -> pair.client().write(new byte[64 << 20])));
        return wrong != null || stillReads(pair, kind) ? wrong : LOST;
    }

    private static boolean stillReads(TlsStack.Pair pair, ThreadKind kind) throws InterruptedException {
        Attempt<?> writing = Attempt.run(kind, () -> pair.server().write(new byte[1]));
        Attempt<?> reading = Attempt.run(kind, () -> pair.client().readFully(1));
        return isWell(reading) && isWell(writing);
    }

    private static @Nullable String interrupted(Attempt<?> attempt) throws InterruptedException {
        attempt.awaitBlocked().interrupt();
        if (!attempt.endsWithin(LIMIT)) {
            return "not back";
        }
        if (attempt.failure() == null) {
            return "ended well";
        }
        return attempt.wasInterrupted() ? null : "lost the flag";
    }

    private static boolean isWell(Attempt<?> attempt) throws InterruptedException {
        return attempt.endsWithin(LIMIT) && attempt.failure() == null;
    }
}
