package io.parktls.bench.hangs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The states of a socket in which it is closed. */
enum CloseState {
    IDLE,
    MID_HANDSHAKE,
    READER_PARKED,
    WRITER_PARKED,
    BOTH_PARKED;

    /**
     * An end in this state.
     *
     * @param threads the threads that are blocked in it
     * @param others the other ends, to be closed afterwards
     */
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
            client.useSmallBuffers();
            server.useSmallBuffers();
            if (this == MID_HANDSHAKE) {
                return new Prepared(client, List.of(Attempt.run(kind, client::handshake)), List.of(server));
            }
            Attempt<?> serving = Attempt.run(ThreadKind.PLATFORM, server::handshake);
            client.handshake();
            serving.get();
            return new Prepared(client, occupy(client, kind), List.of(server));
        }
    }

    /** Starts the threads that wait for the peer. */
    private List<Attempt<?>> occupy(End end, ThreadKind kind) {
        List<Attempt<?>> threads = new ArrayList<>();
        if (this == READER_PARKED || this == BOTH_PARKED) {
            threads.add(Attempt.run(kind, () -> end.readFully(1)));
        }
        if (this == WRITER_PARKED || this == BOTH_PARKED) {
            threads.add(Attempt.run(kind, end::writeForever));
        }
        return threads;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
