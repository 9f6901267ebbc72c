/** TLS sockets and servers: what blocks, and how it waits. */
@NullMarked
package io.parktls.sockets;

import org.jspecify.annotations.NullMarked;
