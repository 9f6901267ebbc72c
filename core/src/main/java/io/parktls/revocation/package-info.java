/**
 * The revocation status of certificates: stapled OCSP responses, OCSP responders and CRLs. The JDK validates OCSP
 * responses; this package decides which source to ask, fetches from the network within a timeout, and keeps what it has
 * fetched.
 */
@NullMarked
package io.parktls.revocation;

import org.jspecify.annotations.NullMarked;
