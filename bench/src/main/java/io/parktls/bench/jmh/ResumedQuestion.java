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

/**
 * Measures the resumed TLS 1.3 handshakes per second, both sides on one thread, beside the full ones of ParkTLS. A
 * handshake includes the ticket that the next one uses. Each handshake is checked: one that is not resumed fails the
 * measurement.
 */
final class ResumedQuestion {
    private static final double OVER_SUN = 3;
    private static final double OVER_FULL_ECDSA = 1.8;
    private static final double OVER_FULL_RSA = 4;
    private static final double NATIVE_OVER_TCNATIVE = 1;

    private static final Terms RSA = new Terms(KeyKind.RSA_2048, NamedGroup.X25519, CipherSuite.TLS_AES_128_GCM_SHA256);

    private static final String FULL_ECDSA = Question.OURS + ", full, ECDSA";
    private static final String FULL_RSA = Question.OURS + ", full, RSA-2048";

    private ResumedQuestion() {}

    static void answer(Setting setting) throws IOException {
        Terms terms = Question.USUAL.resuming();
        String title = "Resumed TLS 1.3 handshakes, psk_dhe_ke, " + terms.group() + ", each with a new ticket";
        setting.announce(title);
        Comparison comparison = new Comparison(
                new Table(title, "handshakes/s", List.of(Question.SUN, Question.TCNATIVE, FULL_ECDSA, FULL_RSA)));
        for (Peer peer : setting.peers()) {
            add(comparison, peer.toString(), CheckedPeer.of(peer, terms), setting);
        }
        if (setting.hasOurs()) {
            add(comparison, FULL_ECDSA, CheckedPeer.of(Peer.PARKTLS, Question.USUAL), setting);
            add(comparison, FULL_RSA, CheckedPeer.of(Peer.PARKTLS, RSA), setting);
        }
        Table table = comparison.race(setting);
        table.add(Target.atLeast(OVER_SUN, "x SunJSSE", table.ratio(Question.OURS, Question.SUN)));
        table.add(Target.atLeast(
                OVER_FULL_ECDSA, "x its own full handshake, ECDSA", table.ratio(Question.OURS, FULL_ECDSA)));
        table.add(Target.atLeast(
                OVER_FULL_RSA, "x its own full handshake, RSA-2048", table.ratio(Question.OURS, FULL_RSA)));
        table.add(Target.atLeast(
                NATIVE_OVER_TCNATIVE, "x tcnative, native", table.ratio(Question.NATIVE, Question.TCNATIVE)));
        setting.print(table);
    }

    private static void add(Comparison comparison, String label, CheckedPeer checked, Setting setting) {
        comparison.add(
                label,
                checked,
                slot -> Counters.rates(
                        Launcher.run(HandshakeBenchmark.class, setting.pace(), slot, checked.handshakeParameters())));
    }
}
