package io.parktls.sockets.jsse.contract;

import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.parktls.sockets.Task;
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

    /** Runs facts in both versions of TLS, with a peer of the JDK and with one of the same implementation. */
    static Stream<DynamicNode> ofBothEnds(List<Fact> facts) {
        List<DynamicNode> nodes = new ArrayList<>();
        for (Implementation tested : Implementation.all()) {
            for (Implementation peer : peers(tested)) {
                for (String version : List.of(TLS12, TLS13)) {
                    nodes.add(container(
                            new Pairing(tested, peer, version), tested + " with " + peer + ", " + version, facts));
                }
            }
        }
        return nodes.stream();
    }

    private static List<Implementation> peers(Implementation tested) {
        return tested == Implementation.JDK ? List.of(tested) : List.of(Implementation.JDK, tested);
    }

    private static DynamicNode container(Pairing pairing, String name, List<Fact> facts) {
        Stream<DynamicTest> tests = facts.stream()
                .filter(fact -> fact.appliesTo(pairing.tested(), pairing.version()))
                .map(fact -> dynamicTest(fact.name(), () -> run(pairing, fact)));
        return dynamicContainer(name, tests);
    }

    /** A fact that hangs fails. */
    private static void run(Pairing pairing, Fact fact) {
        assertTimeoutPreemptively(Task.HANG.multipliedBy(2), () -> {
            try (Subject subject = new Subject(pairing)) {
                fact.verify(subject);
            }
        });
    }

    /** Which implementation is tested, which one is its peer, and the version that they negotiate. */
    record Pairing(Implementation tested, Implementation peer, String version) {}
}
