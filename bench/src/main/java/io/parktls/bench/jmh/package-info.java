/**
 * {@code parktls jmh}: compares the Bouncy Castle engine with other TLS implementations.
 *
 * <p>One thread does both sides in memory. To compare speeds, the JVMs {@linkplain io.parktls.bench.jmh.TurnServer take
 * turns}, and ratios are computed {@linkplain io.parktls.bench.measure.Samples#over round by round}. A stack is one of
 * the compared implementations ({@link io.parktls.bench.jmh.stack}); a {@link io.parktls.bench.jmh.Question} is
 * answered for all of them.
 */
@NullMarked
package io.parktls.bench.jmh;

import org.jspecify.annotations.NullMarked;
