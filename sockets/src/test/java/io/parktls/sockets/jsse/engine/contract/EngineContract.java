package io.parktls.sockets.jsse.engine.contract;

import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.parktls.sockets.Task;
import io.parktls.sockets.jsse.contract.Implementation;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;

/** Runs facts on the engines of the implementations. */
final class EngineContract {
    static final String TLS12 = "TLSv1.2";
    static final String TLS13 = "TLSv1.3";

    /** The implementations that have engines. */
    private static final List<Implementation> IMPLEMENTATIONS = Implementation.all().stream()
            .filter(implementation -> implementation != Implementation.FACTORIES)
            .toList();

    private EngineContract() {}

    /** Which implementation is tested in which role, which one is its peer, and the version that they negotiate. */
    record Pairing(Implementation tested, Role role, Implementation peer, String version) {
        @Override
        public String toString() {
            return tested + " as " + role + " with " + peer + ", " + version;
        }
    }

    /** Runs facts in each role and version with the JDK as the peer, and with ParkTLS at both ends. */
    static Stream<DynamicNode> ofAllPairs(List<EngineFact> facts) {
        Stream<Pairing> ours = Stream.of(
                        new Pairing(Implementation.PARKTLS, Role.SERVER, Implementation.PARKTLS, TLS12),
                        new Pairing(Implementation.PARKTLS, Role.CLIENT, Implementation.PARKTLS, TLS13))
                .filter(pairing -> IMPLEMENTATIONS.contains(Implementation.PARKTLS));
        return Stream.concat(withJdk(), ours).map(pairing -> container(pairing, facts));
    }

    /** Runs facts in each role and version with the JDK as the peer. */
    static Stream<DynamicNode> ofBothRoles(List<EngineFact> facts) {
        return withJdk().map(pairing -> container(pairing, facts));
    }

    private static Stream<Pairing> withJdk() {
        List<Pairing> pairings = new ArrayList<>();
        for (Implementation tested : IMPLEMENTATIONS) {
            for (Role role : Role.values()) {
                for (String version : List.of(TLS12, TLS13)) {
                    pairings.add(new Pairing(tested, role, Implementation.JDK, version));
                }
            }
        }
        return pairings.stream();
    }

    /** Runs facts in which the role and the peer do not matter: a server meets the JDK in TLS 1.2, and a client does in TLS 1.3. */
    static Stream<DynamicNode> ofBothVersions(List<EngineFact> facts) {
        return IMPLEMENTATIONS.stream()
                .flatMap(tested -> Stream.of(
                        new Pairing(tested, Role.SERVER, Implementation.JDK, TLS12),
                        new Pairing(tested, Role.CLIENT, Implementation.JDK, TLS13)))
                .map(pairing -> container(pairing, facts));
    }

    /** Runs facts in which neither the role, the peer nor the version matters: a client meets the JDK in TLS 1.3. */
    static Stream<DynamicNode> ofOneEngine(List<EngineFact> facts) {
        return IMPLEMENTATIONS.stream()
                .map(tested -> container(new Pairing(tested, Role.CLIENT, Implementation.JDK, TLS13), facts));
    }

    private static DynamicNode container(Pairing pairing, List<EngineFact> facts) {
        EngineSubject subject = new EngineSubject(pairing);
        Stream<DynamicTest> tests = facts.stream()
                .filter(fact -> fact.appliesTo(pairing))
                .map(fact -> dynamicTest(fact.name(), () -> run(subject, fact)));
        return dynamicContainer(pairing.toString(), tests);
    }

    /** A fact that hangs fails. */
    private static void run(EngineSubject subject, EngineFact fact) {
        assertTimeoutPreemptively(Task.HANG.multipliedBy(2), () -> fact.verify(subject));
    }
}
