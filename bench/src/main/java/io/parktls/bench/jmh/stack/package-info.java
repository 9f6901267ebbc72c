/**
 * The TLS implementations that are compared, each configured as its makers recommend, behind one interface.
 *
 * <p>All of them verify the certificate path and the host name, and none resumes sessions; {@link
 * io.parktls.bench.jmh.stack.StackCheck} checks both. Buffers that an application would reuse are allocated once, in
 * {@link io.parktls.bench.jmh.stack.Wire}, so that they do not count.
 */
@NullMarked
package io.parktls.bench.jmh.stack;

import org.jspecify.annotations.NullMarked;
