/**
 * The TLS implementations that are compared, each set up as its makers recommend, behind one interface.
 *
 * <p>All verify the server's path and host name, and none resumes sessions; {@link io.parktls.bench.jmh.stack.StackCheck}
 * makes sure of both. Buffers that a user of a stack would reuse are made once, in {@link
 * io.parktls.bench.jmh.stack.Wire}, so that they count against no one.
 */
@NullMarked
package io.parktls.bench.jmh.stack;

import org.jspecify.annotations.NullMarked;
