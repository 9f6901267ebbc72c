/**
 * Compares ParkTLS with libssl. The same script runs on every pairing of the two, and the outcome of each call is
 * compared with the outcome of the same call between two ends of libssl. {@link io.parktls.semantics.Scenario} runs the
 * scripts. The test classes are named after the sections of the list of libssl's behaviour and contain its rows.
 * {@link io.parktls.semantics.SemanticsTable} writes the table.
 */
@NullMarked
package io.parktls.semantics;

import org.jspecify.annotations.NullMarked;
