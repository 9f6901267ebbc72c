/** Requests and responses of the Online Certificate Status Protocol (RFC 6960), for stapling. Internal to ParkTLS. */
@NullMarked
package io.parktls.ocsp;

import org.jspecify.annotations.NullMarked;
