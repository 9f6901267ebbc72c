/** {@code parktls demo}: many clients at once, and one handshake step by step. */
@NullMarked
package io.parktls.bench.demo;

import org.jspecify.annotations.NullMarked;
