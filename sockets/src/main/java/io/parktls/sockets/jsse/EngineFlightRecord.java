package io.parktls.sockets.jsse;

import io.parktls.TlsSession;
import io.parktls.sockets.flight.FlightRecords;
import io.parktls.sockets.flight.HandshakeEvent;
import org.jspecify.annotations.Nullable;

/**
 * Records the handshake of an {@code SSLEngine} for JDK Flight Recorder. An engine does not know how long its caller
 * waits for the peer, so all of the duration that is not spent in tasks counts as waiting. Not thread-safe.
 */
final class EngineFlightRecord {
    private final HandshakeEvent event;
    private final long began = System.nanoTime();

    private EngineFlightRecord(HandshakeEvent event) {
        this.event = event;
        event.begin();
    }

    /** Begins a record; returns null if no recording wants it. */
    static @Nullable EngineFlightRecord begin(boolean client, @Nullable String host, int port) {
        HandshakeEvent event = FlightRecords.handshake();
        if (event == null || !event.isEnabled()) {
            return null;
        }
        event.server = !client;
        event.peer = host == null ? null : port < 0 ? host : host + ":" + port;
        return new EngineFlightRecord(event);
    }

    /** Adds a time in which the handshake was processed, in nanoseconds. */
    void computed(long nanos) {
        event.computing += nanos;
    }

    void received(int bytes) {
        event.bytesReceived += bytes;
    }

    void sent(int bytes) {
        event.bytesSent += bytes;
    }

    /** Ends the record of a handshake that is done. */
    void established(TlsSession session) {
        end();
        event.done(session);
        event.commit();
    }

    /** Ends the record of a handshake that failed. */
    void failed(Throwable reason) {
        end();
        event.failed(reason);
        event.commit();
    }

    private void end() {
        event.end();
        event.waiting = Math.max(0, System.nanoTime() - began - event.computing);
    }
}
