/** {@code parktls demo}: many concurrent clients, and one handshake step by step. */
@NullMarked
package io.parktls.bench.demo;

import org.jspecify.annotations.NullMarked;
