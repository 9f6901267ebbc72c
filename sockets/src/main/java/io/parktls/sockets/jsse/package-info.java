/**
 * TLS for software that uses {@code javax.net.ssl}: HTTP clients, JDBC drivers, mail clients, servers.
 *
 * {@snippet :
 * Security.insertProviderAt(new ParkTlsProvider(), 1);      // for all software of the JVM
 *
 * HttpsURLConnection.setDefaultSSLSocketFactory(new TlsSocketFactory(TlsContext.client()));      // for one
 * }
 *
 * <p>With {@link io.parktls.sockets.jsse.ParkTlsProvider}, JSSE's contract holds: a host is verified only if the
 * endpoint identification algorithm says so. The factories keep the stricter rules of their
 * {@link io.parktls.TlsContext}: it determines what a socket may negotiate, and its host verification cannot be
 * switched off.
 *
 * <p>All setters of {@code SSLSocket} and {@code SSLParameters} apply until the handshake begins. Names that the JDK
 * knows and ParkTLS does not speak are left out as long as something remains; unknown names are refused.
 *
 * <p>The timeout of {@code setSoTimeout} limits each wait for the peer, as with any {@code Socket}. A handshake that
 * fails for any reason closes the socket.
 */
@NullMarked
package io.parktls.sockets.jsse;

import org.jspecify.annotations.NullMarked;
