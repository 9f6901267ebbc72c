/** Code that the packages of this module share. It is not exported. */
@NullMarked
package io.parktls.sockets.internal;

import org.jspecify.annotations.NullMarked;
