/** Byte pipes: what carries records between two TLS connections. Blocking or not is a property of the pipe alone. */
@NullMarked
package io.parktls.bio;

import org.jspecify.annotations.NullMarked;
