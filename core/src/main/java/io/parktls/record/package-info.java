/** The TLS record protocol after the handshake, for TLS 1.2 and 1.3 with AEAD suites. */
@NullMarked
package io.parktls.record;

import org.jspecify.annotations.NullMarked;
