/**
 * Factories for code that was written for {@code javax.net.ssl}: {@code HttpsURLConnection}, JDBC drivers, mail clients.
 *
 * <p>What the sockets may negotiate is fixed by their {@link io.parktls.TlsContext}. Until the handshake begins, the setters
 * of {@code SSLSocket} and {@code SSLParameters} choose among that, and may ask for more checks; what they cannot have is
 * refused, with {@link java.lang.IllegalArgumentException} or {@link java.lang.UnsupportedOperationException}, so that nobody
 * believes in a setting that has no effect.
 *
 * <p>A socket's {@code setSoTimeout} limits each read, and the handshake, as a whole: a peer that sends a byte now and then
 * does not extend it. A handshake that fails in any way, by a timeout or an interrupt, too, closes the socket.
 */
@NullMarked
package io.parktls.sockets.jsse;

import org.jspecify.annotations.NullMarked;
