package io.parktls.bench.jmh;

import io.parktls.CipherSuite;
import io.parktls.NamedGroup;
import io.parktls.bench.jmh.stack.KeyKind;
import io.parktls.bench.jmh.stack.Peer;
import io.parktls.bench.jmh.stack.Terms;
import io.parktls.bench.measure.Table;
import io.parktls.bench.measure.Target;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Measures the full TLS 1.3 handshakes per second, both sides on one thread. */
final class HandshakeQuestion {
    private static final double ECDSA_OVER_SUN = 2.5;
    private static final double ECDSA_OVER_TCNATIVE = 1;
    private static final double RSA_OVER_SUN = 1.3;
    private static final double HYBRID_OVER_CLASSICAL = 0.75;

    private static final String PRIMITIVES = "primitives alone";

    private HandshakeQuestion() {}

    static void answerEcdsa(Setting setting) throws IOException {
        Table table = peers(Question.USUAL, setting);
        table.add(Target.atLeast(ECDSA_OVER_SUN, "x SunJSSE", table.ratio(Question.OURS, Question.SUN)));
        table.add(Target.atLeast(
                ECDSA_OVER_TCNATIVE, "x tcnative (the aim is 1.25)", table.ratio(Question.OURS, Question.TCNATIVE)));
        table.add(Target.atLeast(
                ECDSA_OVER_TCNATIVE,
                "x tcnative, native (the aim is 1.25)",
                table.ratio(Question.NATIVE, Question.TCNATIVE)));
        setting.print(table);
    }

    static void answerRsa(Setting setting) throws IOException {
        Table table =
                peers(new Terms(KeyKind.RSA_2048, NamedGroup.X25519, CipherSuite.TLS_AES_128_GCM_SHA256), setting);
        table.add(Target.atLeast(RSA_OVER_SUN, "x SunJSSE", table.ratio(Question.OURS, Question.SUN)));
        table.add(Target.atLeast(RSA_OVER_SUN, "x SunJSSE, native", table.ratio(Question.NATIVE, Question.SUN)));
        setting.print(table);
    }

    /** Compares the hybrid group with the classical one. */
    static void answerHybrid(Setting setting) throws IOException {
        Terms terms = new Terms(KeyKind.ECDSA_P256, NamedGroup.X25519MLKEM768, CipherSuite.TLS_AES_128_GCM_SHA256);
        String classical = Question.OURS + ", " + NamedGroup.X25519;
        String nativeClassical = Question.NATIVE + ", " + NamedGroup.X25519;
        Comparison comparison = new Comparison(
                table(terms, List.of(classical, nativeClassical, Question.TCNATIVE, PRIMITIVES), setting));
        if (setting.hasOurs()) {
            addPeer(comparison, Question.OURS, CheckedPeer.of(Peer.PARKTLS, terms), setting);
            addPeer(comparison, classical, CheckedPeer.of(Peer.PARKTLS, Question.USUAL), setting);
            addPrimitives(comparison, terms, setting);
        }
        if (setting.peers().contains(Peer.PARKTLS_NATIVE)) {
            addPeer(comparison, Question.NATIVE, CheckedPeer.of(Peer.PARKTLS_NATIVE, terms), setting);
            addPeer(comparison, nativeClassical, CheckedPeer.of(Peer.PARKTLS_NATIVE, Question.USUAL), setting);
        }
        if (setting.peers().contains(Peer.TCNATIVE)) {
            addPeer(comparison, Question.TCNATIVE, CheckedPeer.of(Peer.TCNATIVE, terms), setting);
        }
        Table table = race(comparison, setting);
        table.add(Target.atLeast(
                HYBRID_OVER_CLASSICAL, "x ParkTLS with " + NamedGroup.X25519, table.ratio(Question.OURS, classical)));
        table.add(Target.atLeast(
                HYBRID_OVER_CLASSICAL,
                "x ParkTLS with " + NamedGroup.X25519 + ", both native",
                table.ratio(Question.NATIVE, nativeClassical)));
        setting.print(table);
    }

    private static Table peers(Terms terms, Setting setting) throws IOException {
        Comparison comparison =
                new Comparison(table(terms, List.of(Question.SUN, Question.TCNATIVE, PRIMITIVES), setting));
        for (Peer peer : setting.peers()) {
            addPeer(comparison, peer.toString(), CheckedPeer.of(peer, terms), setting);
        }
        if (setting.hasOurs()) {
            addPrimitives(comparison, terms, setting);
        }
        return race(comparison, setting);
    }

    private static Table table(Terms terms, List<String> references, Setting setting) {
        String title = "Full TLS 1.3 handshakes, " + terms.key() + " under a CA, " + terms.group();
        setting.announce(title);
        return new Table(title, "handshakes/s", references);
    }

    private static void addPeer(Comparison comparison, String label, CheckedPeer checked, Setting setting) {
        comparison.add(
                label,
                checked,
                slot -> Counters.rates(
                        Launcher.run(HandshakeBenchmark.class, setting.pace(), slot, checked.handshakeParameters())));
    }

    private static void addPrimitives(Comparison comparison, Terms terms, Setting setting) {
        Map<String, String> parameters =
                Map.of("key", terms.key().name(), "group", terms.group().name());
        comparison.add(
                PRIMITIVES,
                "key exchange and signature of both sides, from where ParkTLS has them",
                slot -> Counters.rates(Launcher.run(PrimitivesBenchmark.class, setting.pace(), slot, parameters)));
    }

    private static Table race(Comparison comparison, Setting setting) throws IOException {
        Table table = comparison.race(setting);
        double share = table.ratio(Question.OURS, PRIMITIVES);
        if (!Double.isNaN(share)) {
            table.add("ParkTLS reaches " + Table.percent(share) + " of the primitives alone: the other "
                    + Table.percent(1 - share) + " of its time are for TLS");
        }
        return table;
    }
}
