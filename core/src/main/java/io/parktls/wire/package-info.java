/**
 * Readers of the handshake messages that a peer sends: ClientHello, ServerHello and the messages that follow them
 * (RFC 8446 4, RFC 5246 7.4). They check every length, and what the RFCs require beyond the syntax, before an engine's own
 * handshake sees the message. They know no engine, so that all engines refuse the same messages with the same alerts.
 */
@NullMarked
package io.parktls.wire;

import org.jspecify.annotations.NullMarked;
