/**
 * The cryptographic operations of a full handshake, both sides, without TLS around them: each from where ParkTLS's Bouncy
 * Castle engine takes it, and used in the way it does. Whoever changes that engine's routing changes this too.
 */
@NullMarked
package io.parktls.bench.jmh.primitive;

import org.jspecify.annotations.NullMarked;
