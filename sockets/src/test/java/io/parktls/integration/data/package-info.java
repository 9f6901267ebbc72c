/** Tests of software for databases, caches and message brokers with the ParkTLS provider in first place. */
@NullMarked
package io.parktls.integration.data;

import org.jspecify.annotations.NullMarked;
