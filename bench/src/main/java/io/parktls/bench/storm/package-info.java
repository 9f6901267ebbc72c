/** {@code parktls storm}: measures how handshakes at full load delay the established connections. */
@NullMarked
package io.parktls.bench.storm;

import org.jspecify.annotations.NullMarked;
