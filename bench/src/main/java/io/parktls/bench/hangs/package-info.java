/** {@code parktls hangs}: tries well-known failures of TLS sockets on the JDK's {@code SSLSocket} and on ParkTLS. */
@NullMarked
package io.parktls.bench.hangs;

import org.jspecify.annotations.NullMarked;
