/**
 * A fuzzer of {@code SSLEngine}s: two engines, connected in memory, are driven by a schedule that is derived from a seed
 * and that includes what callers may do but rarely do. Every call is checked against JSSE's contract.
 */
@NullMarked
package io.parktls.sockets.jsse.engine.fuzz;

import org.jspecify.annotations.NullMarked;
