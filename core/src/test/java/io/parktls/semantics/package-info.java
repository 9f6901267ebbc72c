/**
 * ParkTLS beside libssl: the same script runs on every pairing of the two, and each call's outcome is compared with what
 * libssl says in the same place. {@link io.parktls.semantics.Scenario} runs scripts; the classes named after the sections of
 * the list of libssl's behaviour hold its rows; {@link io.parktls.semantics.SemanticsTable} writes the table.
 */
@NullMarked
package io.parktls.semantics;

import org.jspecify.annotations.NullMarked;
