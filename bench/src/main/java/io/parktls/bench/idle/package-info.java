/** {@code parktls idle}: many connections that do nothing, until they are asked to. */
@NullMarked
package io.parktls.bench.idle;

import org.jspecify.annotations.NullMarked;
