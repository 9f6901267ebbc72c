package io.parktls.bench.jmh;

import io.parktls.CipherSuite;
import io.parktls.NamedGroup;
import io.parktls.bench.jmh.Samples.Sample;
import io.parktls.bench.jmh.stack.KeyKind;
import io.parktls.bench.jmh.stack.Peer;
import io.parktls.bench.jmh.stack.Terms;
import io.parktls.bench.tool.Complaint;
import java.io.IOException;
import java.util.stream.Stream;
import org.openjdk.jmh.results.RunResult;

/** How much heap records and handshakes take, for the garbage collector to take back. */
final class AllocationQuestion {
    private static final double RECORD_LIMIT = 1.5 * 1024;
    private static final double HANDSHAKE_LIMIT = 150 * 1024;

    /** JMH's profiler's bytes for each operation. */
    private static final String ALLOCATED = "gc.alloc.rate.norm";

    private AllocationQuestion() {}

    static void answer(Setting setting) {
        Setting counting = setting.forCounts();
        answerRecords(counting);
        answerHandshakes(counting);
    }

    private static void answerRecords(Setting setting) {
        setting.announce("Heap allocated for a record of 16 KB");
        Table sealing = new Table("Heap allocated to seal a record of 16 KB", "bytes");
        Table opening = new Table("Heap allocated to open a record of 16 KB", "bytes");
        for (Peer peer : Peer.values()) {
            addRecords(peer.toString(), Contender.of(peer, Question.USUAL), sealing, opening, setting);
        }
        for (CipherSuite suite :
                new CipherSuite[] {CipherSuite.TLS_AES_256_GCM_SHA384, CipherSuite.TLS_CHACHA20_POLY1305_SHA256}) {
            Terms terms = new Terms(KeyKind.ECDSA_P256, NamedGroup.X25519, suite);
            addRecords(Question.OURS + " again", Contender.of(Peer.PARKTLS, terms), sealing, opening, setting);
        }
        for (Table table : new Table[] {sealing, opening}) {
            table.add(Target.atMost(RECORD_LIMIT, "bytes", table.figure(Question.OURS)));
            setting.print(table);
        }
    }

    private static void addRecords(String label, Contender contender, Table sealing, Table opening, Setting setting) {
        Samples sealed = new Samples();
        Samples opened = new Samples();
        String note = contender.note();
        if (contender.fit()) {
            setting.announce("  " + label);
            try {
                RunResult run = Launcher.run(AllocationBenchmark.class, setting.pace(), contender.bulkParameters());
                double records = secondary(run, "records");
                sealed.add(Sample.of(secondary(run, "sealing") / records));
                opened.add(Sample.of(secondary(run, "opening") / records));
            } catch (IOException e) {
                note = Complaint.about(e);
            }
        }
        sealing.add(label, sealed, note);
        opening.add(label, opened, note);
    }

    private static void answerHandshakes(Setting setting) {
        String title = "Heap allocated for a handshake, both sides";
        setting.announce(title);
        Comparison comparison = new Comparison(new Table(title, "bytes"));
        for (Peer peer : Peer.values()) {
            Contender contender = Contender.of(peer, Question.USUAL);
            comparison.enter(
                    contender,
                    () -> Stream.of(Sample.of(secondary(
                            Launcher.run(HandshakeBenchmark.class, setting.pace(), contender.handshakeParameters()),
                            ALLOCATED))));
        }
        Table table = comparison.run(setting);
        table.add(Target.atMost(HANDSHAKE_LIMIT, "bytes", table.figure(Question.OURS)));
        setting.print(table);
    }

    private static double secondary(RunResult run, String label) {
        return Comparison.secondary(run.getSecondaryResults(), label);
    }
}
