package io.parktls.bench.jmh;

import io.parktls.CipherSuite;
import io.parktls.NamedGroup;
import io.parktls.bench.jmh.stack.KeyKind;
import io.parktls.bench.jmh.stack.Peer;
import io.parktls.bench.jmh.stack.Terms;

/** How many full TLS 1.3 handshakes a thread does in a second, both sides. */
final class HandshakeQuestion {
    private static final double ECDSA_OVER_SUN = 2.5;
    private static final double ECDSA_OVER_TCNATIVE = 1;
    private static final double RSA_OVER_SUN = 1.3;
    private static final double HYBRID_OVER_CLASSICAL = 0.75;

    private HandshakeQuestion() {}

    static void answer(Setting setting) {
        Table ecdsa = peers(Question.USUAL, setting);
        ecdsa.add(Target.atLeast(ECDSA_OVER_SUN, "x SunJSSE", ecdsa.ratio(Question.OURS, Question.SUN)));
        ecdsa.add(Target.atLeast(
                ECDSA_OVER_TCNATIVE, "x tcnative (the aim is 1.25)", ecdsa.ratio(Question.OURS, Question.TCNATIVE)));
        setting.print(ecdsa);

        Table rsa = peers(new Terms(KeyKind.RSA_2048, NamedGroup.X25519, CipherSuite.TLS_AES_128_GCM_SHA256), setting);
        rsa.add(Target.atLeast(RSA_OVER_SUN, "x SunJSSE", rsa.ratio(Question.OURS, Question.SUN)));
        setting.print(rsa);

        setting.print(hybrid(setting));
    }

    private static Table peers(Terms terms, Setting setting) {
        Comparison comparison = new Comparison(table(terms, setting));
        for (Peer peer : Peer.values()) {
            enter(comparison, peer.toString(), Contender.of(peer, terms), setting);
        }
        return comparison.run(setting);
    }

    private static Table hybrid(Setting setting) {
        Terms terms = new Terms(KeyKind.ECDSA_P256, NamedGroup.X25519MLKEM768, CipherSuite.TLS_AES_128_GCM_SHA256);
        String classical = Question.OURS + ", " + NamedGroup.X25519;
        Comparison comparison = new Comparison(table(terms, setting));
        enter(comparison, Question.OURS, Contender.of(Peer.PARKTLS, terms), setting);
        enter(comparison, classical, Contender.of(Peer.PARKTLS, Question.USUAL), setting);
        enter(comparison, Question.TCNATIVE, Contender.of(Peer.TCNATIVE, terms), setting);
        Table table = comparison.run(setting);
        table.add(Target.atLeast(
                HYBRID_OVER_CLASSICAL, "x ParkTLS with " + NamedGroup.X25519, table.ratio(Question.OURS, classical)));
        return table;
    }

    private static Table table(Terms terms, Setting setting) {
        String title = "Full TLS 1.3 handshakes, " + terms.key() + " under a CA, " + terms.group();
        setting.announce(title);
        return new Table(title, "handshakes/s");
    }

    private static void enter(Comparison comparison, String label, Contender contender, Setting setting) {
        comparison.enter(
                label,
                contender,
                () -> Comparison.rates(
                        Launcher.run(HandshakeBenchmark.class, setting.pace(), contender.handshakeParameters())));
    }
}
