/** Makes the AOT cache with which {@code bench/parktls} starts faster. */
@NullMarked
package io.parktls.bench.aot;

import org.jspecify.annotations.NullMarked;
