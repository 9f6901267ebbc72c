/** Tests of the factories, by code that knows {@code javax.net.ssl} only. */
@NullMarked
package io.parktls.sockets.jsse;

import org.jspecify.annotations.NullMarked;
