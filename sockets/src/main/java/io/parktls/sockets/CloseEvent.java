package io.parktls.sockets;

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

/** The end of a connection in JDK Flight Recorder. A recording has it only if it enables it by name. */
@Name("io.parktls.Close")
@Label("TLS Close")
@Category("ParkTLS")
@StackTrace(false)
@Enabled(false)
final class CloseEvent extends Event {
    @Label("Peer")
    @Nullable
    String peer;

    @Label("Reason")
    @Description("closed: with close_notify; aborted: without; failed: TLS failed; broken: what is underneath did")
    @Nullable
    String reason;

    @Label("close_notify Received")
    boolean closeNotifyReceived;

    @Label("Bytes Received")
    @Description("TLS's own included")
    @DataAmount
    long bytesReceived;

    @Label("Bytes Sent")
    @Description("TLS's own included")
    @DataAmount
    long bytesSent;

    @Label("Records Received")
    @Description("Those of the handshake included")
    long recordsReceived;

    @Label("Records Sent")
    @Description("Those of the handshake included")
    long recordsSent;

    void ended(TlsConnection connection) {
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
