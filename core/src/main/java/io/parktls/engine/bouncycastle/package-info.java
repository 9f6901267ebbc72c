/** The default engine: Bouncy Castle negotiates, the record path of {@link io.parktls.record} moves the bytes. */
@NullMarked
package io.parktls.engine.bouncycastle;

import org.jspecify.annotations.NullMarked;
