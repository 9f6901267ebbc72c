/** Tests of other projects' clients and servers with the ParkTLS provider in first place. */
@NullMarked
package io.parktls.integration;

import org.jspecify.annotations.NullMarked;
