/** Tests of what a new JVM loads before its first handshake is done. */
@NullMarked
package io.parktls.sockets.startup;

import org.jspecify.annotations.NullMarked;
