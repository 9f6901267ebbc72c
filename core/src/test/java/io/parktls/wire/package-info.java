/** Tests of the readers of handshake messages over plain bytes, alone and in front of the engines. */
@NullMarked
package io.parktls.wire;

import org.jspecify.annotations.NullMarked;
