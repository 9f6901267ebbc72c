/**
 * Socket factories for code that uses {@code javax.net.ssl}: {@code HttpsURLConnection}, JDBC drivers, mail clients.
 *
 * {@snippet :
 * HttpsURLConnection.setDefaultSSLSocketFactory(new TlsSocketFactory(TlsContext.client()));
 * }
 *
 * <p>The {@link io.parktls.TlsContext} of a socket determines what the socket may negotiate. Until the handshake
 * begins, the setters of {@code SSLSocket} and {@code SSLParameters} can select from that and can add checks. A setting
 * that the context does not allow throws {@link java.lang.IllegalArgumentException} or
 * {@link java.lang.UnsupportedOperationException}: no setting is silently ignored, except
 * {@code setUseCipherSuitesOrder(false)}, since a server always uses its own order.
 *
 * <p>The timeout of {@code setSoTimeout} applies to each read and to the handshake as a whole: a peer that sends a byte
 * now and then does not extend it. A handshake that fails for any reason, including a timeout or an interrupt, closes
 * the socket.
 */
@NullMarked
package io.parktls.sockets.jsse;

import org.jspecify.annotations.NullMarked;
