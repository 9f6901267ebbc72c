/** Tests the readers of handshake messages with plain bytes, alone and together with the engines. */
@NullMarked
package io.parktls.wire;

import org.jspecify.annotations.NullMarked;
