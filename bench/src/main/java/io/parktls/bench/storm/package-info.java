/** {@code parktls storm}: what a storm of handshakes does to the connections that are established. */
@NullMarked
package io.parktls.bench.storm;

import org.jspecify.annotations.NullMarked;
