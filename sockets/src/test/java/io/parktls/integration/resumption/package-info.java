/** Tests of resumed sessions with other implementations of TLS, and between the servers of a fleet. */
@NullMarked
package io.parktls.integration.resumption;

import org.jspecify.annotations.NullMarked;
