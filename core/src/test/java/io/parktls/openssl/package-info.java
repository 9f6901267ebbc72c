/** A small handwritten binding to the system's libssl, for tests that compare ParkTLS with it. */
@NullMarked
package io.parktls.openssl;

import org.jspecify.annotations.NullMarked;
