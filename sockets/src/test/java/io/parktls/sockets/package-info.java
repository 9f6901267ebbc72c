/** Tests of blocking sockets and servers, over real pipes, on virtual and platform threads. */
@NullMarked
package io.parktls.sockets;

import org.jspecify.annotations.NullMarked;
