/** Byte pipes, which carry records between two TLS connections. A pipe alone determines whether I/O blocks. */
@NullMarked
package io.parktls.bio;

import org.jspecify.annotations.NullMarked;
