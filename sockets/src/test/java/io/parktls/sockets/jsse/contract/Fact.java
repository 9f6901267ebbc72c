package io.parktls.sockets.jsse.contract;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One fact of the contract: what a call results in. The result is a value, or the type of the exception that the call
 * throws; see {@link Observed}.
 */
final class Fact {
    /** The observation. */
    @FunctionalInterface
    interface Observation {
        @Nullable
        Object of(Subject subject) throws Exception;
    }

    /** A call without a result. */
    @FunctionalInterface
    interface Call {
        void on(Subject subject) throws Exception;
    }

    /** A result that differs on purpose, and the reason. */
    record Difference(String expected, String reason) {}

    private final String name;
    private final Observation observation;
    private final String expected;
    private final Map<Implementation, Difference> differences = new EnumMap<>(Implementation.class);
    private final Map<Implementation, String> inapplicable = new EnumMap<>(Implementation.class);
    private @Nullable String onlyVersion;

    private Fact(String name, Observation observation, @Nullable Object expected) {
        this.name = name;
        this.observation = observation;
        this.expected = Observed.text(expected);
    }

    static Fact fact(String name, Observation observation, @Nullable Object expected) {
        return new Fact(name, observation, expected);
    }

    /** A call that returns normally. */
    static Fact allowed(String name, Call call) {
        return new Fact(
                name,
                subject -> {
                    call.on(subject);
                    return "returns";
                },
                "returns");
    }

    /** A call that throws an exception of that type. */
    static Fact refused(String name, Call call, Class<? extends Exception> expected) {
        return new Fact(
                name,
                subject -> {
                    call.on(subject);
                    return "returns";
                },
                expected);
    }

    /** Names another result of ParkTLS, and why it is right. */
    Fact ours(@Nullable Object result, String reason) {
        return factories(result, reason).provider(result, reason);
    }

    /** Names another result of the ParkTLS provider, and why it is right. */
    Fact provider(@Nullable Object result, String reason) {
        differences.put(Implementation.PARKTLS, new Difference(Observed.text(result), reason));
        return this;
    }

    /** Names another result of the factories of a TlsContext, and why it is right. */
    Fact factories(@Nullable Object result, String reason) {
        differences.put(Implementation.FACTORIES, new Difference(Observed.text(result), reason));
        return this;
    }

    /** Says why the call does not apply to the factories of a TlsContext. */
    Fact notForFactories(String reason) {
        inapplicable.put(Implementation.FACTORIES, reason);
        return this;
    }

    /** Says why some calls do not apply to the factories of a TlsContext. */
    static List<Fact> notForFactories(String reason, Fact... facts) {
        return Arrays.stream(facts).map(fact -> fact.notForFactories(reason)).toList();
    }

    /** Limits the fact to a version. */
    Fact in(String version) {
        onlyVersion = version;
        return this;
    }

    String name() {
        return name;
    }

    boolean appliesTo(Implementation implementation, String version) {
        return !inapplicable.containsKey(implementation) && (onlyVersion == null || onlyVersion.equals(version));
    }

    /** Observes the subject and compares the result. */
    void verify(Subject subject) throws Exception {
        Difference difference = differences.get(subject.tested());
        String wanted = difference == null ? expected : difference.expected;
        Observed.verify(wanted, difference == null ? null : difference.reason, () -> observation.of(subject));
    }
}
