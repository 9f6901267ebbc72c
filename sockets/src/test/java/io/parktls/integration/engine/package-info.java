/** Tests of other projects' servers and clients that drive an {@code SSLEngine}, with the ParkTLS provider first. */
@NullMarked
package io.parktls.integration.engine;

import org.jspecify.annotations.NullMarked;
