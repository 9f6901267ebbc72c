/**
 * The contract of {@code javax.net.ssl} sockets as a table of facts. Every fact holds for the JDK's provider, for the
 * ParkTLS provider and, where the call applies, for the factories of a {@link io.parktls.TlsContext}. A fact that
 * differs on purpose names the other result and the reason.
 */
@NullMarked
package io.parktls.sockets.jsse.contract;

import org.jspecify.annotations.NullMarked;
