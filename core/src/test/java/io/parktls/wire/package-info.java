/** The readers of handshake messages, tested over plain bytes, alone and in front of the engines. */
@NullMarked
package io.parktls.wire;

import org.jspecify.annotations.NullMarked;
