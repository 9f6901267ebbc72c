package io.parktls.bench.jmh;

import io.parktls.bench.jmh.stack.Peer;
import io.parktls.bench.measure.Sample;
import io.parktls.bench.measure.Table;
import io.parktls.bench.measure.Target;
import java.util.Set;
import java.util.stream.Stream;

/** Measures the heap that idle connections hold. */
final class IdleQuestion {
    private static final double LIMIT = 4 * 1024;

    /** The peers that keep their state on the heap. */
    private static final Set<Peer> ON_HEAP =
            Set.of(Peer.PARKTLS, Peer.PARKTLS_ENGINE, Peer.SUN_JSSE, Peer.BC_LIGHTWEIGHT, Peer.BC_JCA, Peer.BC_JSSE);

    /** Enough for BCJSSE, which needs more than 100 KB for each end. */
    private static final String HEAP = "6g";

    private IdleQuestion() {}

    static void answer(Setting setting) {
        int connections = setting.pace().idleConnections();
        String title = "Heap held by each end of an idle connection, over " + Table.number(connections)
                + " connections, without the pipe";
        setting.announce(title);
        Comparison comparison = new Comparison(new Table(title, "bytes", Question.REFERENCES));
        for (Peer peer : setting.peers().stream().filter(ON_HEAP::contains).toList()) {
            comparison.add(
                    peer.toString(),
                    CheckedPeer.of(peer, Question.USUAL),
                    slot -> Stream.of(Sample.of(Double.parseDouble(
                            Launcher.line(IdleHeap.class, HEAP, peer.name(), Integer.toString(connections))))));
        }
        Table table = comparison.count(setting);
        table.add(Target.atMost(LIMIT, "bytes", table.figure(Question.OURS)));
        table.add(Target.atMost(LIMIT, "bytes, SSLEngine", table.figure(Peer.PARKTLS_ENGINE.toString())));
        setting.print(table);
    }
}
