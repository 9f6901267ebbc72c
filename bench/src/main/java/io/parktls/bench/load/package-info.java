/** {@code parktls load} and {@code parktls report}: measure servers of all kinds under the same load. */
@NullMarked
package io.parktls.bench.load;

import org.jspecify.annotations.NullMarked;
