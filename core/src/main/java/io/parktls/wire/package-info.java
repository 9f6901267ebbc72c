/**
 * Parsers and checks for the handshake messages that a peer sends: ClientHello, ServerHello and the messages that
 * follow them (RFC 8446 4, RFC 5246 7.4). They check the syntax, and what the RFCs require beyond it, before an
 * engine's handshake processes the message. They do not depend on an engine, so all engines refuse the same messages
 * with the same alerts.
 */
@NullMarked
package io.parktls.wire;

import org.jspecify.annotations.NullMarked;
