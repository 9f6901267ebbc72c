/** Tests of the keys that seal session tickets: a contract for every factory, and each factory by itself. */
@NullMarked
package io.parktls.tickets;

import org.jspecify.annotations.NullMarked;
