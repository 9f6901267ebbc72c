package io.parktls.sockets.flight;

import io.parktls.TlsConnection;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/** The JDK Flight Recorder event of the end of a connection. It is recorded only if a recording enables it by name. */
@Name("io.parktls.Close")
@Label("TLS Close")
@Category("ParkTLS")
@StackTrace(false)
@Enabled(false)
public final class CloseEvent extends Event {
    @Label("Peer")
    @Nullable
    public String peer;

    @Label("Reason")
    @Description("closed: close_notify was sent; aborted: it was not; failed: TLS failed; broken: the pipe failed")
    @Nullable
    String reason;

    @Label("close_notify Received")
    boolean closeNotifyReceived;

    @Label("Bytes Received")
    @Description("Including TLS overhead")
    @DataAmount
    long bytesReceived;

    @Label("Bytes Sent")
    @Description("Including TLS overhead")
    @DataAmount
    long bytesSent;

    @Label("Records Received")
    @Description("Including those of the handshake")
    long recordsReceived;

    @Label("Records Sent")
    @Description("Including those of the handshake")
    long recordsSent;

    /** Records how the connection ended. */
    public void ended(TlsConnection connection) {
        if (connection.isFailed()) {
            reason = "failed";
        } else if (connection.isCloseNotifySent()) {
            reason = "closed";
        } else {
            reason = connection.isPipeBroken() ? "broken" : "aborted";
        }
        closeNotifyReceived = connection.isCloseNotifyReceived();
        bytesReceived = connection.bytesReceived();
        bytesSent = connection.bytesSent();
        recordsReceived = connection.recordsReceived();
        recordsSent = connection.recordsSent();
    }
}
