/**
 * TLS connections over byte pipes: contexts, connections with the loop that drives them, identities, trust, and the
 * values that describe a session.
 *
 * <h2>Locks</h2>
 *
 * A {@link io.parktls.TlsConnection} has a <em>handshake lock</em>, a <em>read lock</em> and a <em>write lock</em>. A
 * thread may hold these locks, and no others, while it is parked in {@link io.parktls.Waiting}. The order is:
 * handshake, read, write.
 *
 * <ul>
 *   <li>The handshake holds all three locks. A thread that needs the handshake to be done waits for the handshake lock,
 *       not for the read lock. It is released when the handshake is done, so a writer never waits for a reader that has
 *       gone on to read.
 *   <li>A read holds the read lock. To send replies it only <em>tries</em> the write lock, so a reader never waits for
 *       a writer.
 *   <li>A write holds the write lock.
 *   <li>Sending close_notify holds the write lock; waiting for the peer's close_notify holds the read lock.
 * </ul>
 *
 * <p>The read lock and the write lock belong to the connection's two directions. Each direction keeps its own first
 * failure. The comment of every mutable field names the lock that guards it. State that both directions share is
 * either volatile or part of the engine's queue of replies, which is thread-safe.
 */
@NullMarked
package io.parktls;

import org.jspecify.annotations.NullMarked;
