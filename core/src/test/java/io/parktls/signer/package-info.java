/** Tests of identities with a {@link io.parktls.TlsSigner}. */
@NullMarked
package io.parktls.signer;

import org.jspecify.annotations.NullMarked;
