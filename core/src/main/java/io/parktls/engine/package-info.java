/** What a TLS implementation looks like to the drive loop: no I/O, no threads, no clock. */
@NullMarked
package io.parktls.engine;

import org.jspecify.annotations.NullMarked;
