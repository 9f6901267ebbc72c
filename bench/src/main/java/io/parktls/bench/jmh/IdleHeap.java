package io.parktls.bench.jmh;

import io.parktls.bench.jmh.stack.Link;
import io.parktls.bench.jmh.stack.ParkTlsStack;
import io.parktls.bench.jmh.stack.Peer;
import io.parktls.bench.jmh.stack.Pki;
import io.parktls.bench.jmh.stack.Stack;
import io.parktls.bio.Bio;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.ref.Reference;
import java.security.GeneralSecurityException;

/**
 * How much heap an established connection holds that does nothing. Needs a JVM of its own, and leaves the figure on
 * standard output.
 */
final class IdleHeap {
    /** Handshakes after which all classes and caches are there. */
    private static final int WARM_UP = 500;

    private IdleHeap() {}

    /**
     * Prints the bytes of heap for each end of a connection, without the pipe.
     *
     * @param args a {@link Peer}, and how many connections to count over
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
        long before = used();
        Object made = maker.make();
        try {
            return used() - before;
        } finally {
            Reference.reachabilityFence(made);
        }
    }

    private static long used() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
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
