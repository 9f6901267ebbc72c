/** {@code parktls idle}: measures the memory of many idle connections, and whether they still work afterwards. */
@NullMarked
package io.parktls.bench.idle;

import org.jspecify.annotations.NullMarked;
