package io.parktls.bench.jmh;

import io.parktls.bench.jmh.stack.Peer;
import io.parktls.bench.measure.Table;
import io.parktls.bench.measure.Target;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;

/**
 * Compares the {@code SSLEngine}s of the providers, one thread for both sides: full TLS 1.3 handshakes, with the managers
 * of the JDK where the provider accepts them, and records of 16 KB in direct buffers.
 */
final class EngineQuestion {
    private static final double HANDSHAKES_OVER_SUN = 2.5;
    private static final double RECORDS_OVER_SUN = 1;
    private static final double RECORDS_OVER_CONNECTION = 0.95;

    private static final double MEGABYTE = 1e6;

    private static final String OURS = Peer.PARKTLS_ENGINE.toString();
    private static final String OURS_DIRECT = Peer.PARKTLS_ENGINE_DIRECT.toString();
    private static final String CONNECTION_DIRECT = Peer.PARKTLS_DIRECT.toString();
    private static final String SUN_DIRECT = Peer.SUN_JSSE_DIRECT.toString();

    private EngineQuestion() {}

    static void answer(Setting setting) throws IOException {
        answerHandshakes(setting);
        answerRecords(setting);
    }

    private static void answerHandshakes(Setting setting) throws IOException {
        String title = "Full TLS 1.3 handshakes through SSLEngines, with the JDK's managers";
        setting.announce(title);
        Comparison comparison = new Comparison(new Table(title, "handshakes/s", List.of(Question.SUN)));
        for (Peer peer :
                selected(setting, Peer.PARKTLS_ENGINE, Peer.SUN_JSSE, Peer.BC_JSSE, Peer.CONSCRYPT, Peer.TCNATIVE)) {
            CheckedPeer checked = CheckedPeer.of(peer, Question.USUAL);
            comparison.add(
                    peer.toString(),
                    checked,
                    slot -> Counters.rates(Launcher.run(
                            HandshakeBenchmark.class, setting.pace(), slot, checked.handshakeParameters())));
        }
        Table table = comparison.race(setting);
        table.add(Target.atLeast(HANDSHAKES_OVER_SUN, "x SunJSSE", table.ratio(OURS, Question.SUN)));
        setting.print(table);
    }

    private static void answerRecords(Setting setting) throws IOException {
        String title = "Records of 16 KB through SSLEngines, sealed and opened, " + Question.USUAL.suite();
        setting.announce(title);
        Comparison comparison = new Comparison(
                new Table(title, "MB/s", List.of(SUN_DIRECT, Question.SUN, CONNECTION_DIRECT, Question.OURS)));
        for (Peer peer : selected(
                setting,
                Peer.PARKTLS,
                Peer.PARKTLS_DIRECT,
                Peer.PARKTLS_ENGINE,
                Peer.PARKTLS_ENGINE_DIRECT,
                Peer.SUN_JSSE,
                Peer.SUN_JSSE_DIRECT,
                Peer.BC_JSSE,
                Peer.CONSCRYPT,
                Peer.TCNATIVE)) {
            CheckedPeer checked = CheckedPeer.of(peer, Question.USUAL);
            comparison.add(
                    peer.toString(),
                    checked,
                    slot -> Counters.rates(
                                    Launcher.run(BulkBenchmark.class, setting.pace(), slot, checked.bulkParameters()))
                            .map(records -> records.times(checked.record() / MEGABYTE)));
        }
        Table table = comparison.race(setting);
        table.add(Target.atLeast(
                RECORDS_OVER_SUN, "x SunJSSE, both in direct buffers", table.ratio(OURS_DIRECT, SUN_DIRECT)));
        table.add(Target.atLeast(
                RECORDS_OVER_CONNECTION,
                "x TlsConnection, both in direct buffers",
                table.ratio(OURS_DIRECT, CONNECTION_DIRECT)));
        setting.print(table);
    }

    /** Returns the peers that are measured. A twin with direct buffers is measured if the other one is. */
    private static List<Peer> selected(Setting setting, Peer... peers) {
        return Stream.of(peers)
                .filter(peer -> setting.peers().contains(peer)
                        || (Peer.DIRECT.contains(peer) && setting.peers().contains(twin(peer))))
                .toList();
    }

    private static Peer twin(Peer direct) {
        return switch (direct) {
            case PARKTLS_DIRECT -> Peer.PARKTLS;
            case SUN_JSSE_DIRECT -> Peer.SUN_JSSE;
            default -> Peer.PARKTLS_ENGINE;
        };
    }
}
