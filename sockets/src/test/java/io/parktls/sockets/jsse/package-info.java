/** Tests of the factories, with code that uses only {@code javax.net.ssl}. */
@NullMarked
package io.parktls.sockets.jsse;

import org.jspecify.annotations.NullMarked;
