/** {@code parktls hangs}: what users of TLS sockets suffer from, tried on the JDK's {@code SSLSocket} and on ParkTLS. */
@NullMarked
package io.parktls.bench.hangs;

import org.jspecify.annotations.NullMarked;
