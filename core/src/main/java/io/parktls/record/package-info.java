/**
 * The TLS record protocol after the handshake, for TLS 1.3 (RFC 8446 5) and the AEAD suites of TLS 1.2 (RFC 5246 6.2).
 * It does not depend on the engine that did the handshake, which only provides the keys.
 */
@NullMarked
package io.parktls.record;

import org.jspecify.annotations.NullMarked;
