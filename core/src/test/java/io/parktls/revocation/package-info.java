/** Tests of the revocation policies. */
@NullMarked
package io.parktls.revocation;

import org.jspecify.annotations.NullMarked;
