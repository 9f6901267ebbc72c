package io.parktls.sockets.jsse;

import java.util.Collections;
import java.util.Enumeration;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSessionContext;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of the clients or the servers of an {@code SSLContext}. ParkTLS does not resume sessions yet, so the
 * context keeps none: {@link #getIds} is empty. The settings are kept for programs that set and read them. Thread-safe.
 */
final class SessionContext implements SSLSessionContext {
    /** The JDK's default: a day. */
    private volatile int timeoutSeconds = 86_400;

    /** The JDK's default. */
    private volatile int cacheSize = 20_480;

    @Override
    public @Nullable SSLSession getSession(byte[] sessionId) {
        if (sessionId == null) {
            throw new NullPointerException("the session id is null");
        }
        return null;
    }

    @Override
    public Enumeration<byte[]> getIds() {
        return Collections.emptyEnumeration();
    }

    @Override
    public void setSessionTimeout(int seconds) {
        if (seconds < 0) {
            throw new IllegalArgumentException("negative session timeout: " + seconds);
        }
        timeoutSeconds = seconds;
    }

    @Override
    public int getSessionTimeout() {
        return timeoutSeconds;
    }

    @Override
    public void setSessionCacheSize(int size) {
        if (size < 0) {
            throw new IllegalArgumentException("negative size of the session cache: " + size);
        }
        cacheSize = size;
    }

    @Override
    public int getSessionCacheSize() {
        return cacheSize;
    }
}
