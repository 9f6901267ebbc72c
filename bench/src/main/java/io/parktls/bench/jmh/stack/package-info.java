/**
 * The TLS implementations that are compared, each configured as its makers recommend, behind one interface.
 *
 * <p>All of them verify the certificate path and the host name, and resume sessions if and only if the {@link
 * io.parktls.bench.jmh.stack.Terms} say so; {@link io.parktls.bench.jmh.stack.StackCheck} checks this. Buffers that an application would reuse are allocated once, in
 * {@link io.parktls.bench.jmh.stack.Wire}, so that they do not count.
 */
@NullMarked
package io.parktls.bench.jmh.stack;

import org.jspecify.annotations.NullMarked;
