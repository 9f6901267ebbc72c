/**
 * The cryptographic operations of a full handshake without TLS, from the same providers as in ParkTLS's Bouncy Castle
 * engine and used in the same way. A change of the engine's choice of providers requires a change here.
 */
@NullMarked
package io.parktls.bench.jmh.primitive;

import org.jspecify.annotations.NullMarked;
