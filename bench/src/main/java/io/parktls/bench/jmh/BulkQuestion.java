package io.parktls.bench.jmh;

import io.parktls.CipherSuite;
import io.parktls.NamedGroup;
import io.parktls.TlsLimits;
import io.parktls.TlsVersion;
import io.parktls.bench.jmh.stack.KeyKind;
import io.parktls.bench.jmh.stack.Peer;
import io.parktls.bench.jmh.stack.Terms;
import io.parktls.bench.measure.Table;
import io.parktls.bench.measure.Target;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Measures the megabytes per second that one thread seals and opens, in the largest records. */
final class BulkQuestion {
    private static final double AES_OVER_SUN = 2;
    private static final double AES_OVER_TCNATIVE = 1;
    private static final double AES_OVER_CIPHER = 0.75;
    private static final double AES_OVER_CARRIED = 0.95;
    private static final double CHACHA_OVER_SUN = 1.5;
    private static final double CHACHA_OVER_CIPHER = 0.85;
    private static final double NATIVE_CHACHA_OVER_TCNATIVE = 0.85;

    private static final double MEGABYTE = 1e6;
    private static final String CIPHER = "bare Cipher";
    private static final String CARRIED = "bare Cipher, pipe";

    private BulkQuestion() {}

    static void answer(Setting setting) throws IOException {
        for (CipherSuite suite : CipherSuite.values()) {
            if (suite.version() == TlsVersion.TLS_1_3) {
                Table table = peers(suite, setting);
                addTargets(table, suite);
                setting.print(table);
            }
        }
    }

    private static Table peers(CipherSuite suite, Setting setting) throws IOException {
        String title = "Records of 16 KB, sealed and opened, " + suite;
        setting.announce(title);
        Comparison comparison =
                new Comparison(new Table(title, "MB/s", List.of(Question.SUN, Question.TCNATIVE, CIPHER, CARRIED)));
        for (Peer peer : setting.peers()) {
            CheckedPeer checked = CheckedPeer.of(peer, new Terms(KeyKind.ECDSA_P256, NamedGroup.X25519, suite));
            addPeer(comparison, checked, setting);
        }
        if (setting.hasOurs()) {
            addCipher(comparison, suite, false, setting);
            addCipher(comparison, suite, true, setting);
        }
        return comparison.race(setting);
    }

    private static void addPeer(Comparison comparison, CheckedPeer checked, Setting setting) {
        comparison.add(
                checked.peer().toString(),
                checked,
                slot -> Counters.rates(
                                Launcher.run(BulkBenchmark.class, setting.pace(), slot, checked.bulkParameters()))
                        .map(records -> records.times(checked.record() / MEGABYTE)));
    }

    private static void addCipher(Comparison comparison, CipherSuite suite, boolean carried, Setting setting) {
        comparison.add(
                carried ? CARRIED : CIPHER,
                "javax.crypto.Cipher of the JDK, initialized for each record"
                        + (carried ? ", and a copy into a pipe and out of it" : ""),
                slot -> Counters.rates(Launcher.run(
                                CipherBenchmark.class,
                                setting.pace(),
                                slot,
                                Map.of("suite", suite.name(), "carried", Boolean.toString(carried))))
                        .map(records -> records.times(TlsLimits.RECORD_DATA / MEGABYTE)));
    }

    private static void addTargets(Table table, CipherSuite suite) {
        double overSun = table.ratio(Question.OURS, Question.SUN);
        double overCipher = table.ratio(Question.OURS, CIPHER);
        if (suite == CipherSuite.TLS_CHACHA20_POLY1305_SHA256) {
            Target sun = Target.atLeast(CHACHA_OVER_SUN, "x SunJSSE", overSun);
            Target cipher = Target.atLeast(CHACHA_OVER_CIPHER, "x the bare cipher", overCipher);
            table.add(sun.or(cipher));
            table.add(Target.atLeast(
                    NATIVE_CHACHA_OVER_TCNATIVE,
                    "x tcnative, native",
                    table.ratio(Question.NATIVE, Question.TCNATIVE)));
        } else {
            table.add(Target.atLeast(AES_OVER_SUN, "x SunJSSE", overSun));
            table.add(Target.atLeast(AES_OVER_TCNATIVE, "x tcnative", table.ratio(Question.OURS, Question.TCNATIVE)));
            table.add(Target.atLeast(AES_OVER_CIPHER, "x the bare cipher", overCipher));
            table.add(Target.atLeast(
                    AES_OVER_CARRIED, "x the bare cipher over a pipe", table.ratio(Question.OURS, CARRIED)));
        }
    }
}
