package io.parktls.sockets.jsse.contract;

import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.parktls.sockets.Task;
import io.parktls.sockets.ThreadKind;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;

/** Runs facts on the implementations. */
final class Contract {
    static final String TLS12 = "TLSv1.2";
    static final String TLS13 = "TLSv1.3";

    private Contract() {}

    /** Runs facts that involve no handshake, once for each implementation. */
    static Stream<DynamicNode> ofOneEnd(List<Fact> facts) {
        return Implementation.all().stream()
                .map(tested -> container(new Pairing(tested, tested, TLS13), tested.toString(), facts));
    }

    /**
     * The pairs of ends that meet: each implementation meets the JDK. The factories share the sockets of the provider, so
     * TLS 1.3 is enough for what differs.
     */
    private static final List<Pairing> PAIRINGS = List.of(
            new Pairing(Implementation.JDK, Implementation.JDK, TLS12),
            new Pairing(Implementation.JDK, Implementation.JDK, TLS13),
            new Pairing(Implementation.PARKTLS, Implementation.JDK, TLS12),
            new Pairing(Implementation.PARKTLS, Implementation.JDK, TLS13),
            new Pairing(Implementation.FACTORIES, Implementation.JDK, TLS13));

    /** Starts facts that wait for a long time all at once, for each implementation, and reports the results. */
    static Stream<DynamicNode> ofOneEndAtOnce(List<Fact> facts) {
        List<DynamicNode> tests = new ArrayList<>();
        for (Implementation tested : Implementation.all()) {
            Pairing pairing = new Pairing(tested, tested, TLS13);
            for (Fact fact : facts) {
                Task<Void> observing = ThreadKind.VIRTUAL.run(() -> observe(pairing, fact));
                tests.add(dynamicTest(tested + ": " + fact.name(), observing::get));
            }
        }
        return tests.stream();
    }

    /** Runs facts in which neither the peer nor the version matters: each implementation meets the JDK in TLS 1.3. */
    static Stream<DynamicNode> ofEachEnd(List<Fact> facts) {
        return Implementation.all().stream()
                .map(tested -> new Pairing(tested, Implementation.JDK, TLS13))
                .map(pairing -> container(pairing, pairing.toString(), facts));
    }

    /** Runs facts with each pair of ends, and with ParkTLS at both ends. */
    static Stream<DynamicNode> ofAllPairs(List<Fact> facts) {
        return of(
                Stream.concat(
                        PAIRINGS.stream(),
                        Stream.of(new Pairing(Implementation.PARKTLS, Implementation.PARKTLS, TLS13))),
                facts);
    }

    /** Runs facts with each pair of ends. */
    static Stream<DynamicNode> ofBothEnds(List<Fact> facts) {
        return of(PAIRINGS.stream(), facts);
    }

    private static Stream<DynamicNode> of(Stream<Pairing> pairings, List<Fact> facts) {
        return pairings.filter(pairing -> Implementation.all().contains(pairing.tested))
                .map(pairing -> container(pairing, pairing.toString(), facts));
    }

    private static DynamicNode container(Pairing pairing, String name, List<Fact> facts) {
        Stream<DynamicTest> tests = facts.stream()
                .filter(fact -> fact.appliesTo(pairing.tested(), pairing.version()))
                .map(fact -> dynamicTest(fact.name(), () -> run(pairing, fact)));
        return dynamicContainer(name, tests);
    }

    /** A fact that hangs fails. */
    private static void run(Pairing pairing, Fact fact) {
        assertTimeoutPreemptively(Task.HANG.multipliedBy(2), () -> observe(pairing, fact));
    }

    private static void observe(Pairing pairing, Fact fact) throws Exception {
        try (Subject subject = new Subject(pairing)) {
            fact.verify(subject);
        }
    }

    /** Which implementation is tested, which one is its peer, and the version that they negotiate. */
    record Pairing(Implementation tested, Implementation peer, String version) {
        @Override
        public String toString() {
            return tested + " with " + peer + ", " + version;
        }
    }
}
