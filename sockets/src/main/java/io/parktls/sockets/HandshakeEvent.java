package io.parktls.sockets;

import io.parktls.TlsFailure;
import io.parktls.TlsSession;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;

/**
 * The JDK Flight Recorder event of a handshake, from the call that performs it to its end. It contains no secrets. It
 * is recorded only if a recording enables it by name.
 */
@Name("io.parktls.Handshake")
@Label("TLS Handshake")
@Category("ParkTLS")
@StackTrace(false)
@Enabled(false)
final class HandshakeEvent extends Event {
    @Label("Peer")
    @Nullable
    String peer;

    @Label("Server")
    @Description("Whether this end is the server")
    boolean server;

    @Label("Waiting")
    @Description("Time spent waiting for the peer")
    @Timespan
    long waiting;

    @Label("Queued")
    @Description("Time spent waiting for a processor in the server's queue")
    @Timespan
    long queued;

    @Label("Foreign Code")
    @Description("Time spent in code of the application or of other providers: trust managers, keys, key logs")
    @Timespan
    long foreignCode;

    @Label("Computing")
    @Timespan
    long computing;

    @Label("Bytes Received")
    @DataAmount
    long bytesReceived;

    @Label("Bytes Sent")
    @DataAmount
    long bytesSent;

    @Label("Engine")
    @Nullable
    String engine;

    @Label("Protocol")
    @Nullable
    String protocol;

    @Label("Cipher Suite")
    @Nullable
    String cipherSuite;

    @Label("Group")
    @Nullable
    String group;

    @Label("Server Name")
    @Nullable
    String serverName;

    @Label("Application Protocol")
    @Nullable
    String applicationProtocol;

    @Label("Resumed")
    boolean resumed;

    @Label("Failure")
    @Nullable
    String failure;

    @Label("Alert")
    @Nullable
    String alert;

    @Label("Alert Received")
    @Description("Whether the alert came from the peer")
    boolean alertReceived;

    void times(long nanos, HandshakeWaiter waiter) {
        waiting = waiter.parked;
        queued = waiter.queued;
        foreignCode = waiter.inForeignCode;
        computing = Math.max(0, nanos - waiting - queued - foreignCode);
    }

    void done(TlsSession session) {
        engine = session.engine();
        protocol = session.protocol().standardName();
        cipherSuite = session.cipherSuite().name();
        group = session.group() == null ? null : session.group().standardName();
        serverName = session.serverName();
        applicationProtocol = session.applicationProtocol();
        resumed = session.resumed();
    }

    void failed(Throwable cause) {
        failure = cause.toString();
        if (cause instanceof TlsFailure tls) {
            alert = tls.alert().map(Object::toString).orElse(null);
            alertReceived = tls.isAlertReceived();
        }
    }
}
