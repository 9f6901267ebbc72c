/**
 * TLS connections over any byte pipe: the context, the connection and its one drive loop, and the values that describe
 * them.
 *
 * <h2>Who locks what</h2>
 *
 * A {@link io.parktls.TlsConnection} has a <em>handshake lock</em>, a <em>read lock</em> and a <em>write lock</em>. Each may
 * be held while its holder is parked in {@link io.parktls.Waiting}; nothing else is. The order is: handshake, read, write.
 *
 * <ul>
 *   <li>The handshake holds all three. Whoever needs a handshake queues for the handshake lock, which nobody keeps any
 *       longer: a writer that came too early must not wait for a reader that has gone on to read.
 *   <li>A read holds the read lock. It only ever <em>tries</em> the write lock, to send replies that need no waiting, so
 *       a reader never waits for a writer.
 *   <li>A write holds the write lock.
 *   <li>Sending close_notify holds the write lock, waiting for the peer's holds the read lock.
 * </ul>
 *
 * The read lock and the write lock belong to the connection's two directions, each of which keeps its own first failure.
 * Every mutable field says which of the locks guards it. What both directions touch is either volatile and written once,
 * or the engine's queue of replies, which takes care of itself.
 */
@NullMarked
package io.parktls;

import org.jspecify.annotations.NullMarked;
