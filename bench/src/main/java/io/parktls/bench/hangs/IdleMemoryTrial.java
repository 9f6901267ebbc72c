package io.parktls.bench.hangs;

import io.parktls.bench.tool.Heap;
import java.util.ArrayList;
import java.util.List;

/** Measures the heap of a connection that has echoed 16 KB and is idle. */
final class IdleMemoryTrial implements Trial.Body {
    private static final int CONNECTIONS = 200;
    private static final int ECHO = 16_384;

    /** The size of a record: an idle end that holds more holds a buffer. */
    private static final long LIMIT = 16_384;

    @Override
    public Outcome run(TlsStack stack) throws Exception {
        Contexts contexts = Contexts.of(Contexts.HOST);
        List<TlsStack.Pair> idle = new ArrayList<>();
        idle.add(echoed(stack, contexts));
        long before = Heap.used();
        for (int i = 0; i < CONNECTIONS; i++) {
            idle.add(echoed(stack, contexts));
        }
        long each = (Heap.used() - before) / (idle.size() - 1) / 2;
        return new Outcome(each <= LIMIT, String.format("%.1f KB of heap", each / 1e3));
    }

    private static TlsStack.Pair echoed(TlsStack stack, Contexts contexts) throws Exception {
        TlsStack.Pair pair = stack.establish(contexts);
        pair.client().write(new byte[ECHO]);
        pair.server().readFully(ECHO);
        pair.server().write(new byte[ECHO]);
        pair.client().readFully(ECHO);
        return pair;
    }
}
