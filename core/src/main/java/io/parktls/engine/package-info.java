/**
 * The interface between a TLS implementation and the drive loop. Engines do no I/O, start no threads and read no clock.
 */
@NullMarked
package io.parktls.engine;

import org.jspecify.annotations.NullMarked;
