/** Loads certificates and private keys, and verifies the certificates and host names of peers. */
@NullMarked
package io.parktls.pki;

import org.jspecify.annotations.NullMarked;
