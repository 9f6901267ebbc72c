/**
 * The Bouncy Castle engine measured against its peers: {@code parktls jmh}.
 *
 * <p>One thread does both sides in memory. Speeds are measured in {@linkplain io.parktls.bench.jmh.Lockstep lockstep}, and
 * compared {@linkplain io.parktls.bench.figures.Samples#over round by round}. A stack is a TLS implementation among those compared
 * ({@link io.parktls.bench.jmh.stack}); a question is what is asked of all of them.
 */
@NullMarked
package io.parktls.bench.jmh;

import org.jspecify.annotations.NullMarked;
