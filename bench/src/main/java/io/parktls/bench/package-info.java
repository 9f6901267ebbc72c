/** The {@code parktls} tool: demonstrations and measurements of ParkTLS. */
@NullMarked
package io.parktls.bench;

import org.jspecify.annotations.NullMarked;
