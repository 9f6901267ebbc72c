package io.parktls.sockets.jsse.engine.contract;

import io.parktls.sockets.jsse.contract.Implementation;
import io.parktls.sockets.jsse.contract.Observed;
import org.jspecify.annotations.Nullable;

/**
 * One fact of the contract: what a call results in. The result is a value, or the type of the exception that the call
 * throws; see {@link Observed}.
 */
final class EngineFact {
    /** The observation of a subject. */
    @FunctionalInterface
    interface Observation {
        @Nullable
        Object of(EngineSubject subject) throws Exception;
    }

    /** The observation of a session whose handshake is over. */
    @FunctionalInterface
    interface Check {
        @Nullable
        Object of(EngineSession session) throws Exception;
    }

    private final String name;
    private final Observation observation;
    private final String expected;
    private @Nullable String ours;
    private @Nullable String reason;
    private @Nullable String onlyVersion;
    private @Nullable Role onlyRole;

    /** Why the fact is not for the JDK; null if it is. */
    private @Nullable String onlyOurs;

    private EngineFact(String name, Observation observation, @Nullable Object expected) {
        this.name = name;
        this.observation = observation;
        this.expected = Observed.text(expected);
    }

    static EngineFact fact(String name, Observation observation, @Nullable Object expected) {
        return new EngineFact(name, observation, expected);
    }

    /** A fact about two ends whose handshake is over. */
    static EngineFact established(String name, Check check, @Nullable Object expected) {
        return fact(name, s -> check.of(s.pair().established()), expected);
    }

    /**
     * A fact about two ends whose handshake is over, which other facts use too: whatever one end produces reaches the
     * other end, and both remain open.
     */
    static EngineFact shared(String name, Check check, @Nullable Object expected) {
        return fact(name, s -> check.of(s.sharedSession()), expected);
    }

    /** A fact about two ends that have not begun their handshake. */
    static EngineFact unused(String name, Check check, @Nullable Object expected) {
        return fact(name, s -> check.of(s.pair().connect()), expected);
    }

    /** Names another result of ParkTLS, and why it is right. */
    EngineFact ours(@Nullable Object result, String why) {
        ours = Observed.text(result);
        reason = why;
        return this;
    }

    /** Limits the fact to ParkTLS, and says why the JDK has another result. */
    EngineFact onlyOurs(String why) {
        onlyOurs = why;
        return this;
    }

    /** Limits the fact to a version. */
    EngineFact in(String version) {
        onlyVersion = version;
        return this;
    }

    /** Limits the fact to a role of the tested engine. */
    EngineFact as(Role role) {
        onlyRole = role;
        return this;
    }

    String name() {
        return name;
    }

    boolean appliesTo(EngineContract.Pairing pairing) {
        return (onlyVersion == null || onlyVersion.equals(pairing.version()))
                && (onlyRole == null || onlyRole == pairing.role())
                && (onlyOurs == null || pairing.tested() == Implementation.PARKTLS);
    }

    /** Observes the subject and compares the result. */
    void verify(EngineSubject subject) throws Exception {
        boolean differs = ours != null && subject.pairing().tested() == Implementation.PARKTLS;
        String wanted = differs && ours != null ? ours : expected;
        boolean verified = false;
        try {
            Observed.verify(wanted, differs ? reason : null, () -> observation.of(subject));
            verified = true;
        } finally {
            if (!verified) {
                subject.forgetSharedSession();
            }
        }
    }
}
