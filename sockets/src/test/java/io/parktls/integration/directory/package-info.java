/** Tests of software for directories with the ParkTLS provider in first place. */
@NullMarked
package io.parktls.integration.directory;

import org.jspecify.annotations.NullMarked;
