/**
 * The keys that seal session tickets (RFC 5077 4, RFC 8446 4.6.1): where they come from, when they change, and how they
 * protect a ticket. The package does not depend on an engine, starts no threads and uses no clock.
 */
@NullMarked
package io.parktls.tickets;

import org.jspecify.annotations.NullMarked;
