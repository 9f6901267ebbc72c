package io.parktls.bench.hangs;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A thread that is interrupted comes back, knows that it was, and can go on with the connection. */
final class InterruptTrial implements Trial.Body {
    private static final Duration LIMIT = Duration.ofSeconds(2);

    @Override
    public Outcome run(TlsStack stack) throws Exception {
        Contexts contexts = Contexts.of(Contexts.HOST);
        List<String> complaints = new ArrayList<>();
        for (ThreadKind kind : ThreadKind.values()) {
            List<String> wrong = new ArrayList<>();
            wrong.addAll(handshake(stack, contexts, kind));
            wrong.addAll(read(stack, contexts, kind));
            wrong.addAll(write(stack, contexts, kind));
            if (!wrong.isEmpty()) {
                complaints.add(kind + ": " + String.join(", ", wrong));
            }
        }
        return complaints.isEmpty()
                ? Outcome.right("back, flag kept, connection usable (handshake, read, write; both kinds of threads)")
                : Outcome.wrong("%s", String.join("; ", complaints));
    }

    private static List<String> handshake(TlsStack stack, Contexts contexts, ThreadKind kind) throws Exception {
        try (TlsStack.Listener listener = stack.listen(contexts)) {
            End client = stack.connect(contexts, listener.address());
            Attempt<?> attempt = Attempt.run(kind, client::handshake);
            String wrong = interrupted("handshake", attempt);
            if (wrong != null) {
                return List.of(wrong);
            }
            End server = listener.accept();
            Attempt<?> serving = Attempt.run(ThreadKind.PLATFORM, server::handshake);
            Attempt<?> again = Attempt.run(kind, client::handshake);
            return isWell(again) && isWell(serving) ? List.of() : List.of("handshake loses the connection");
        }
    }

    private static List<String> read(TlsStack stack, Contexts contexts, ThreadKind kind) throws Exception {
        TlsStack.Pair pair = stack.establish(contexts);
        Attempt<?> attempt = Attempt.run(kind, () -> pair.client().readFully(1));
        String wrong = interrupted("read", attempt);
        if (wrong != null) {
            return List.of(wrong);
        }
        Attempt<?> writing = Attempt.run(kind, () -> pair.server().write(new byte[1]));
        Attempt<?> again = Attempt.run(kind, () -> pair.client().readFully(1));
        return isWell(again) && isWell(writing) ? List.of() : List.of("read loses the connection");
    }

    /** With a record half sent nobody can write on; reading has to work. */
    private static List<String> write(TlsStack stack, Contexts contexts, ThreadKind kind) throws Exception {
        TlsStack.Pair pair = stack.establish(contexts);
        Attempt<?> attempt = Attempt.run(kind, () -> pair.client().write(new byte[64 << 20]));
        String wrong = interrupted("write", attempt);
        if (wrong != null) {
            return List.of(wrong);
        }
        Attempt<?> writing = Attempt.run(kind, () -> pair.server().write(new byte[1]));
        Attempt<?> again = Attempt.run(kind, () -> pair.client().readFully(1));
        return isWell(again) && isWell(writing) ? List.of() : List.of("write loses the connection");
    }

    private static @Nullable String interrupted(String what, Attempt<?> attempt)
            throws InterruptedException {
        attempt.awaitStuck().interrupt();
        if (!attempt.isBackWithin(LIMIT)) {
            return what + " not back after " + LIMIT.toSeconds() + " s";
        }
        if (attempt.failure() == null) {
            return what + " ended well";
        }
        return attempt.wasInterrupted() ? null : what + " lost the flag";
    }

    private static boolean isWell(Attempt<?> attempt) throws InterruptedException {
        return attempt.isBackWithin(LIMIT) && attempt.failure() == null;
    }
}
