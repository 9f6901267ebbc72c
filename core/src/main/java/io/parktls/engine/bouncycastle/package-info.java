/** The default engine: Bouncy Castle negotiates, and {@link io.parktls.record} protects the records. */
@NullMarked
package io.parktls.engine.bouncycastle;

import org.jspecify.annotations.NullMarked;
