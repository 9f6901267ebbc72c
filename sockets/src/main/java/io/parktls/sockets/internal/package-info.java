/** Classes that the packages of this module share. The module does not export this package. */
@NullMarked
package io.parktls.sockets.internal;

import org.jspecify.annotations.NullMarked;
