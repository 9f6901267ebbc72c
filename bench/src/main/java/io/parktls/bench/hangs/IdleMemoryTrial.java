package io.parktls.bench.hangs;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

/** Heap of a connection that has echoed 16 KB and waits. */
final class IdleMemoryTrial implements Trial.Body {
    private static final int CONNECTIONS = 200;
    private static final int ECHO = 16_384;

    /** One record: who holds more while nothing is in flight holds a buffer. */
    private static final long LIMIT = 16_384;

    @Override
    public Outcome run(TlsStack stack) throws Exception {
        Contexts contexts = Contexts.of(Contexts.HOST);
        List<TlsStack.Pair> idle = new ArrayList<>();
        idle.add(echoed(stack, contexts));
        long before = heap();
        for (int i = 0; i < CONNECTIONS; i++) {
            idle.add(echoed(stack, contexts));
        }
        long each = (heap() - before) / (idle.size() - 1) / 2;
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

    private static long heap() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            System.gc();
            least = Math.min(
                    least,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return least;
    }
}
