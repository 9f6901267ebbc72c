/** Certificates, keys and names: loading them, and deciding whether a peer is who it should be. */
@NullMarked
package io.parktls.pki;

import org.jspecify.annotations.NullMarked;
