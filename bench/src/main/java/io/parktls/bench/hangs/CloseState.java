package io.parktls.bench.hangs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a socket may be in the middle of when it is closed. */
enum CloseState {
    IDLE,
    MID_HANDSHAKE,
    READER_PARKED {
        @Override
        List<Attempt<?>> occupy(End end, ThreadKind kind) {
            return List.of(reader(end, kind));
        }
    },
    WRITER_PARKED {
        @Override
        List<Attempt<?>> occupy(End end, ThreadKind kind) {
            return List.of(writer(end, kind));
        }
    },
    BOTH_PARKED {
        @Override
        List<Attempt<?>> occupy(End end, ThreadKind kind) {
            return List.of(reader(end, kind), writer(end, kind));
        }
    };

    /** An end in this state, and the threads that it keeps. */
    record Prepared(End end, List<Attempt<?>> threads, List<End> others) {
        void release() throws IOException {
            for (End other : others) {
                other.close();
            }
        }
    }

    Prepared prepare(TlsStack stack, Contexts contexts, ThreadKind kind) throws Exception {
        try (TlsStack.Listener listener = stack.listen(contexts)) {
            End client = stack.connect(contexts, listener.address());
            End server = listener.accept();
            client.narrow();
            server.narrow();
            if (this == MID_HANDSHAKE) {
                return new Prepared(client, List.of(Attempt.run(kind, client::handshake)), List.of(server));
            }
            Attempt<?> serving = Attempt.run(ThreadKind.PLATFORM, server::handshake);
            client.handshake();
            serving.get();
            return new Prepared(client, new ArrayList<>(occupy(client, kind)), List.of(server));
        }
    }

    /** Has threads wait in the end: nobody answers them. */
    List<Attempt<?>> occupy(End end, ThreadKind kind) {
        return List.of();
    }

    private static Attempt<?> reader(End end, ThreadKind kind) {
        return Attempt.run(kind, () -> end.readFully(1));
    }

    private static Attempt<?> writer(End end, ThreadKind kind) {
        return Attempt.run(kind, () -> {
            byte[] bytes = new byte[65_536];
            while (true) {
                end.write(bytes);
            }
        });
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
