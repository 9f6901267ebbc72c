package io.parktls.bench.jmh;

import io.parktls.bench.jmh.stack.Link;
import io.parktls.bench.jmh.stack.ParkTlsStack;
import io.parktls.bench.jmh.stack.Peer;
import io.parktls.bench.jmh.stack.Pki;
import io.parktls.bench.jmh.stack.Stack;
import io.parktls.bench.tool.Heap;
import io.parktls.bio.Bio;
import java.io.IOException;
import java.lang.ref.Reference;
import java.security.GeneralSecurityException;

/**
 * Measures the heap that an idle connection holds. A main class for a JVM of its own, which prints the figure.
 */
final class IdleHeap {
    /** The number of handshakes after which all classes are loaded and all caches are filled. */
    private static final int WARM_UP = 500;

    private IdleHeap() {}

    /**
     * Prints the bytes of heap that each end of a connection holds, without the pipe.
     *
     * @param args a {@link Peer} and the number of connections
     */
    public static void main(String[] args) throws IOException, GeneralSecurityException {
        Peer peer = Peer.valueOf(args[0]);
        int connections = Integer.parseInt(args[1]);
        Pki pki = Pki.of(Question.USUAL.key());
        boolean pairs = peer == Peer.PARKTLS;
        try (Stack stack = pairs ? ParkTlsStack.overPairs(Question.USUAL, pki) : peer.open(Question.USUAL, pki)) {
            establish(stack, WARM_UP);
            long perConnection = held(() -> establish(stack, connections)) / connections;
            long perPipe = pairs ? held(() -> pairs(connections)) / connections : 0;
            System.out.println((perConnection - perPipe) / 2.0);
        }
    }

    @FunctionalInterface
    private interface Maker {
        Object make() throws IOException;
    }

    private static long held(Maker maker) throws IOException {
        long before = Heap.used();
        Object made = maker.make();
        try {
            return Heap.used() - before;
        } finally {
            Reference.reachabilityFence(made);
        }
    }

    private static Link[] establish(Stack stack, int count) throws IOException {
        Link[] links = new Link[count];
        for (int i = 0; i < count; i++) {
            links[i] = stack.connect(Pki.HOST);
            links[i].handshake();
            links[i].send();
            links[i].receive();
            links[i].reply();
        }
        return links;
    }

    private static Bio[][] pairs(int count) {
        Bio[][] pairs = new Bio[count][];
        for (int i = 0; i < count; i++) {
            pairs[i] = Bio.pair(1 << 17);
        }
        return pairs;
    }
}
