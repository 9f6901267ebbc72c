/** Tests of software for file transfer with the ParkTLS provider in first place. */
@NullMarked
package io.parktls.integration.files;

import org.jspecify.annotations.NullMarked;
