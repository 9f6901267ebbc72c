package io.parktls.bench.measure;

/**
 * A measured value.
 *
 * @param shareOfCpu the share of the elapsed time in which the measuring thread had a processor: 1 on a quiet machine,
 *     NaN if it was not measured
 */
public record Sample(double value, double shareOfCpu) {
    /** A sample without a share of the processor. */
    public static Sample of(double value) {
        return new Sample(value, Double.NaN);
    }

    /** This sample in another unit. */
    public Sample times(double factor) {
        return new Sample(value * factor, shareOfCpu);
    }
}
