package io.parktls.sockets.flight;

import jdk.jfr.FlightRecorder;
import org.jspecify.annotations.Nullable;

/**
 * Creates the events of JDK Flight Recorder, unless there never was a recording. The first object of an event's class
 * sets up the recorder, whether there is a recording or not, and that takes longer than a handshake with all classes that
 * it loads.
 */
public final class FlightRecords {
    private FlightRecords() {}

    /** Returns a new event; null if there never was a recording. */
    public static @Nullable HandshakeEvent handshake() {
        return FlightRecorder.isInitialized() ? new HandshakeEvent() : null;
    }

    /** Returns a new event; null if there never was a recording. */
    public static @Nullable CloseEvent close() {
        return FlightRecorder.isInitialized() ? new CloseEvent() : null;
    }
}
