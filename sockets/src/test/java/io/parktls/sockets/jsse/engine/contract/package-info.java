/**
 * The contract of {@code javax.net.ssl.SSLEngine} as a table of facts. Every fact holds for the JDK's provider and for
 * the ParkTLS provider, in each role and version. A fact that differs on purpose names the other result and the reason.
 */
@NullMarked
package io.parktls.sockets.jsse.engine.contract;

import org.jspecify.annotations.NullMarked;
