package io.parktls.semantics;

import io.parktls.TlsConnection;
import io.parktls.TlsFailure;
import io.parktls.TlsStatus;
import io.parktls.Waiting;
import io.parktls.openssl.SslError;
import java.io.IOException;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** An end of ParkTLS. It maps exceptions to the errors that SSL_get_error returns for them. */
final class ParkTlsEnd implements End {
    private final TlsConnection connection;

    /** The rest of a write that must be repeated; null if there is none. */
    private @Nullable ByteBuffer unfinished;

    ParkTlsEnd(TlsConnection connection) {
        this.connection = connection;
    }

    /** Returns the connection, for calls that only ParkTLS has. */
    TlsConnection connection() {
        return connection;
    }

    private interface Call {
        @Nullable
        TlsStatus run() throws IOException;
    }

    @Override
    public Outcome setRole(boolean server) {
        return outcome(1, () -> {
            if (server) {
                connection.setAcceptState();
            } else {
                connection.setConnectState();
            }
            return TlsStatus.OK;
        });
    }

    @Override
    public Outcome doHandshake() {
        return outcome(1, connection::doHandshake);
    }

    @Override
    public Outcome read(int length) {
        ByteBuffer dst = ByteBuffer.allocate(length);
        return withData(dst, () -> connection.read(dst));
    }

    @Override
    public Outcome peek(int length) {
        ByteBuffer dst = ByteBuffer.allocate(length);
        return withData(dst, () -> connection.peek(dst));
    }

    private static Outcome withData(ByteBuffer dst, Call call) {
        Outcome outcome = outcome(1, call);
        byte[] data = new byte[dst.flip().remaining()];
        dst.get(data);
        return outcome.isOk() ? Outcome.data(data) : outcome;
    }

    @Override
    public Outcome write(byte[] bytes) {
        ByteBuffer src = unfinished == null ? ByteBuffer.wrap(bytes) : unfinished;
        Outcome outcome = outcome(bytes.length, () -> connection.write(src));
        unfinished = outcome.isRetry() ? src : null;
        return outcome;
    }

    @Override
    public Outcome shutdown() {
        // SSL_shutdown returns 0 when close_notify was sent, and 1 when the peer's was received too.
        return outcome(0, () -> {
            TlsStatus status = connection.shutdown();
            return status == TlsStatus.CLOSED ? null : status;
        });
    }

    @Override
    public Outcome updateKeys(boolean requestPeer) {
        return outcome(1, () -> connection.updateKeys(requestPeer, Waiting.NEVER));
    }

    /** @param success the return value for OK; a call that returns null has the return value 1 */
    private static Outcome outcome(int success, Call call) {
        try {
            TlsStatus status = call.run();
            if (status == null) {
                return Outcome.ok(1);
            }
            return status == TlsStatus.OK
                    ? Outcome.ok(success)
                    : Outcome.failed(status.returnCode(), SslError.of(status.sslError()), "", "");
        } catch (SSLException e) {
            return Outcome.failed(-1, SslError.SSL, alert(e), e.getMessage());
        } catch (IOException e) {
            return Outcome.failed(-1, SslError.SYSCALL, "", e.getMessage());
        } catch (IllegalStateException | UnsupportedOperationException e) {
            return Outcome.failed(-1, SslError.SSL, "", "misuse: " + e.getMessage());
        }
    }

    private static String alert(SSLException e) {
        return e instanceof TlsFailure failure
                ? failure.alert()
                        .map(alert -> (failure.isAlertReceived() ? "<" : ">") + alert.code())
                        .orElse("")
                : "";
    }

    @Override
    public int pending() {
        return connection.pending();
    }

    @Override
    public boolean hasPending() {
        return connection.hasPending();
    }

    @Override
    public boolean isHandshakeDone() {
        return connection.isHandshakeDone();
    }

    @Override
    public boolean isResumed() {
        return connection.session().resumed();
    }

    @Override
    public int shutdownState() {
        return (connection.isCloseNotifySent() ? 1 : 0) | (connection.isCloseNotifyReceived() ? 2 : 0);
    }

    @Override
    public String state() {
        return connection.state();
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (IOException e) {
            // The script may have made writes to the pipe fail.
        }
    }

    @Override
    public String toString() {
        return connection.toString();
    }
}
