/** A small binding to the system's libssl, by hand, for tests that compare ParkTLS with it. */
@NullMarked
package io.parktls.openssl;

import org.jspecify.annotations.NullMarked;
