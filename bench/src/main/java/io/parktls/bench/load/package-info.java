/** {@code parktls load} and {@code parktls report}: servers of all kinds, each in a JVM of its own, under the same load. */
@NullMarked
package io.parktls.bench.load;

import org.jspecify.annotations.NullMarked;
