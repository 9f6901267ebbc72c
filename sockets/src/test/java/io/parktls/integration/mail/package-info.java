/** Tests of software for mail with the ParkTLS provider in first place. */
@NullMarked
package io.parktls.integration.mail;

import org.jspecify.annotations.NullMarked;
