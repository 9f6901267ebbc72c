package io.parktls.semantics;

import io.parktls.openssl.ErrorQueue;
import io.parktls.openssl.SslConnection;
import io.parktls.openssl.SslError;
import org.jspecify.annotations.Nullable;

/** An end of libssl. */
final class LibsslEnd implements End {
    private static final int FATAL = 2;

    private final SslConnection ssl;

    /** The bytes of a write that must be repeated; null if there is none. */
    private byte @Nullable [] unfinished;

    LibsslEnd(SslConnection ssl) {
        this.ssl = ssl;
    }

    /** Returns the connection, for calls that only libssl has. */
    SslConnection ssl() {
        return ssl;
    }

    @Override
    public Outcome setRole(boolean server) {
        if (server) {
            ssl.setAcceptState();
        } else {
            ssl.setConnectState();
        }
        return Outcome.ok(1);
    }

    @Override
    public Outcome doHandshake() {
        return outcome(ssl.doHandshake());
    }

    @Override
    public Outcome read(int length) {
        return withData(ssl.read(length));
    }

    @Override
    public Outcome peek(int length) {
        return withData(ssl.peek(length));
    }

    private Outcome withData(int returned) {
        return returned > 0 ? Outcome.data(ssl.data(returned)) : outcome(returned);
    }

    @Override
    public Outcome write(byte[] bytes) {
        int returned = unfinished == null ? ssl.write(bytes) : ssl.writeAgain(0, bytes.length);
        Outcome outcome = outcome(returned);
        unfinished = outcome.isRetry() ? bytes : null;
        return outcome;
    }

    @Override
    public Outcome shutdown() {
        int returned = ssl.shutdown();
        // 0 means that close_notify was sent, for which SSL_get_error must not be called (SHD-01).
        return returned == 0 ? Outcome.ok(0) : outcome(returned);
    }

    @Override
    public Outcome updateKeys(boolean requestPeer) {
        int queued = ssl.keyUpdate(requestPeer);
        return queued == 1 ? outcome(ssl.doHandshake()) : outcome(queued);
    }

    Outcome outcome(int returned) {
        SslError error = returned > 0 ? SslError.NONE : ssl.error(returned);
        String alert = "";
        for (SslConnection.Alert passed : ssl.takeAlerts()) {
            if (passed.level() == FATAL) {
                alert = (passed.sent() ? ">" : "<") + passed.code();
            }
        }
        if (error == SslError.NONE) {
            return Outcome.ok(returned);
        }
        return Outcome.failed(returned, error, alert, ErrorQueue.oldest());
    }

    @Override
    public int pending() {
        return ssl.integer("SSL_pending");
    }

    @Override
    public boolean hasPending() {
        return ssl.integer("SSL_has_pending") == 1;
    }

    @Override
    public boolean isHandshakeDone() {
        return ssl.integer("SSL_is_init_finished") == 1;
    }

    @Override
    public boolean isResumed() {
        return ssl.integer("SSL_session_reused") == 1;
    }

    @Override
    public int shutdownState() {
        return ssl.integer("SSL_get_shutdown");
    }

    @Override
    public String state() {
        return ssl.state();
    }

    @Override
    public void close() {
        ssl.close();
    }

    @Override
    public String toString() {
        return "libssl, " + state();
    }
}
