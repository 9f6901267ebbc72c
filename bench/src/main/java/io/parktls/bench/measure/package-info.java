/**
 * The frame for all comparisons: {@linkplain io.parktls.bench.measure.Contender contenders} are measured in
 * {@linkplain io.parktls.bench.measure.RoundRobin rounds}, {@linkplain io.parktls.bench.measure.Samples samples} of the
 * same round are divided into ratios, and {@linkplain io.parktls.bench.measure.Target targets} state whether the
 * results are good enough.
 */
@NullMarked
package io.parktls.bench.measure;

import org.jspecify.annotations.NullMarked;
