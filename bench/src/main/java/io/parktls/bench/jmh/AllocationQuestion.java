package io.parktls.bench.jmh;

import io.parktls.CipherSuite;
import io.parktls.NamedGroup;
import io.parktls.bench.jmh.stack.KeyKind;
import io.parktls.bench.jmh.stack.Peer;
import io.parktls.bench.jmh.stack.Terms;
import io.parktls.bench.measure.Sample;
import io.parktls.bench.measure.Samples;
import io.parktls.bench.measure.Table;
import io.parktls.bench.measure.Target;
import io.parktls.bench.tool.Complaint;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.openjdk.jmh.results.RunResult;

/** Measures the heap that records and handshakes allocate. */
final class AllocationQuestion {
    private static final double RECORD_LIMIT = 1.5 * 1024;
    private static final double HANDSHAKE_LIMIT = 150 * 1024;
    private static final double RESUMED_LIMIT = 150_000;

    /** The suites that only ParkTLS is measured with. */
    private static final List<CipherSuite> OTHER_SUITES =
            List.of(CipherSuite.TLS_AES_256_GCM_SHA384, CipherSuite.TLS_CHACHA20_POLY1305_SHA256);

    /** The name under which JMH's profiler has the allocated bytes of an operation. */
    private static final String ALLOCATED = "gc.alloc.rate.norm";

    private AllocationQuestion() {}

    static void answer(Setting setting) {
        Setting counting = setting.forCounts();
        answerRecords(counting);
        answerHandshakes("Heap allocated for a handshake, both sides", Question.USUAL, HANDSHAKE_LIMIT, counting);
        answerHandshakes(
                "Heap allocated for a resumed handshake, both sides",
                Question.USUAL.resuming(),
                RESUMED_LIMIT,
                counting);
    }

    private static void answerRecords(Setting setting) {
        setting.announce("Heap allocated for a record of 16 KB");
        Table sealing = new Table("Heap allocated to seal a record of 16 KB", "bytes", Question.REFERENCES);
        Table opening = new Table("Heap allocated to open a record of 16 KB", "bytes", Question.REFERENCES);
        for (Peer peer : setting.peers()) {
            addRecords(peer.toString(), CheckedPeer.of(peer, Question.USUAL), sealing, opening, setting);
        }
        for (CipherSuite suite : setting.hasOurs() ? OTHER_SUITES : List.<CipherSuite>of()) {
            Terms terms = new Terms(KeyKind.ECDSA_P256, NamedGroup.X25519, suite);
            addRecords(Question.OURS + ", " + suite, CheckedPeer.of(Peer.PARKTLS, terms), sealing, opening, setting);
        }
        for (Table table : new Table[] {sealing, opening}) {
            table.add(Target.atMost(RECORD_LIMIT, "bytes", table.figure(Question.OURS)));
            setting.print(table);
        }
    }

    private static void addRecords(String label, CheckedPeer peer, Table sealing, Table opening, Setting setting) {
        Samples sealed = new Samples();
        Samples opened = new Samples();
        String note = peer.note();
        if (peer.usable()) {
            setting.announce("  " + label);
            try {
                RunResult run =
                        Launcher.run(AllocationBenchmark.class, setting.pace(), TurnSlot.NONE, peer.bulkParameters());
                double records = Counters.of(run, "records");
                sealed.add(0, Sample.of(Counters.of(run, "sealing") / records));
                opened.add(0, Sample.of(Counters.of(run, "opening") / records));
            } catch (IOException e) {
                note = Complaint.about(e);
            }
        }
        sealing.add(label, sealed, note);
        opening.add(label, opened, note);
    }

    private static void answerHandshakes(String title, Terms terms, double limit, Setting setting) {
        setting.announce(title);
        Comparison comparison = new Comparison(new Table(title, "bytes", Question.REFERENCES));
        for (Peer peer : setting.peers()) {
            CheckedPeer checked = CheckedPeer.of(peer, terms);
            comparison.add(
                    peer.toString(),
                    checked,
                    slot -> Stream.of(Sample.of(Counters.of(
                            Launcher.run(HandshakeBenchmark.class, setting.pace(), slot, checked.handshakeParameters()),
                            ALLOCATED))));
        }
        Table table = comparison.count(setting);
        table.add(Target.atMost(limit, "bytes", table.figure(Question.OURS)));
        setting.print(table);
    }
}
