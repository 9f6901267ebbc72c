/** Tests of HTTP clients and servers with the ParkTLS provider in first place. */
@NullMarked
package io.parktls.integration.http;

import org.jspecify.annotations.NullMarked;
