/**
 * Private keys whose signatures an application's {@link io.parktls.TlsSigner} makes, in a form that both engines use.
 * Internal: applications use {@link io.parktls.TlsIdentity#of(io.parktls.TlsSigner, java.security.cert.X509Certificate...)}.
 */
@NullMarked
package io.parktls.signer;

import org.jspecify.annotations.NullMarked;
