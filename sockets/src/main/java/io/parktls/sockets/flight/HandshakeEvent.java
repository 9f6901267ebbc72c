package io.parktls.sockets.flight;

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
 * The JDK Flight Recorder event of a handshake, from the call that begins it to its end. It contains no secrets. It
 * is recorded only if a recording enables it by name. Not thread-safe.
 */
@Name("io.parktls.Handshake")
@Label("TLS Handshake")
@Category("ParkTLS")
@StackTrace(false)
@Enabled(false)
public final class HandshakeEvent extends Event {
    @Label("Peer")
    @Nullable
    public String peer;

    @Label("Server")
    @Description("Whether this end is the server")
    public boolean server;

    @Label("Waiting")
    @Description("Time spent waiting for the peer")
    @Timespan
    public long waiting;

    @Label("Queued")
    @Description("Time spent waiting for a processor in the server's queue")
    @Timespan
    public long queued;

    @Label("Foreign Code")
    @Description("Time spent in code of the application or of other providers: trust managers, keys, key logs")
    @Timespan
    public long foreignCode;

    @Label("Computing")
    @Timespan
    public long computing;

    @Label("Bytes Received")
    @DataAmount
    public long bytesReceived;

    @Label("Bytes Sent")
    @DataAmount
    public long bytesSent;

    @Label("Engine")
    @Nullable
    public String engine;

    @Label("Protocol")
    @Nullable
    public String protocol;

    @Label("Cipher Suite")
    @Nullable
    public String cipherSuite;

    @Label("Group")
    @Nullable
    public String group;

    @Label("Server Name")
    @Nullable
    public String serverName;

    @Label("Application Protocol")
    @Nullable
    public String applicationProtocol;

    @Label("Resumed")
    public boolean resumed;

    @Label("Failure")
    @Nullable
    public String failure;

    @Label("Alert")
    @Nullable
    public String alert;

    @Label("Alert Received")
    @Description("Whether the alert came from the peer")
    public boolean alertReceived;

    /** Records that the handshake ended in a session. */
    public void done(TlsSession session) {
        engine = session.engine();
        protocol = session.protocol().standardName();
        cipherSuite = session.cipherSuite().name();
        group = session.group() == null ? null : session.group().standardName();
        serverName = session.serverName();
        applicationProtocol = session.applicationProtocol();
        resumed = session.resumed();
    }

    /** Records that the handshake failed, with the alert of the exception or of its cause. */
    public void failed(Throwable reason) {
        failure = reason.toString();
        for (Throwable cause = reason; cause != null; cause = cause.getCause()) {
            if (cause instanceof TlsFailure tls) {
                alert = tls.alert().map(Object::toString).orElse(null);
                alertReceived = tls.isAlertReceived();
                return;
            }
        }
    }
}
