/** The events of JDK Flight Recorder. Not exported. */
@NullMarked
package io.parktls.sockets.flight;

import org.jspecify.annotations.NullMarked;
