/**
 * The TLS record protocol after the handshake, for TLS 1.3 (RFC 8446 5) and the AEAD suites of TLS 1.2 (RFC 5246 6.2).
 * It knows no engine: keys come in, bytes go through.
 */
@NullMarked
package io.parktls.record;

import org.jspecify.annotations.NullMarked;
