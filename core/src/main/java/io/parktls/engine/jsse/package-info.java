/** The engine that runs any provider's {@link javax.net.ssl.SSLEngine}. */
@NullMarked
package io.parktls.engine.jsse;

import org.jspecify.annotations.NullMarked;
