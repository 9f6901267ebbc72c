/** Tests of OCSP responses and of stapling. */
@NullMarked
package io.parktls.ocsp;

import org.jspecify.annotations.NullMarked;
