/** Tests of what blocks: over real pipes, on virtual and on platform threads. */
@NullMarked
package io.parktls.sockets;

import org.jspecify.annotations.NullMarked;
