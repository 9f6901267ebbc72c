/** Blocking TLS sockets and servers, for virtual and platform threads. */
@NullMarked
package io.parktls.sockets;

import org.jspecify.annotations.NullMarked;
