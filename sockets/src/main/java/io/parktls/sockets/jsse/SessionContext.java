package io.parktls.sockets.jsse;

import io.parktls.session.ClientSession;
import java.time.Duration;
import java.util.Collections;
import java.util.Enumeration;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSessionContext;
import org.apache.logging.log4j.LogManager;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of the servers of an {@code SSLContext}. They are in the tickets that clients keep, and the server stores
 * nothing: {@link #getIds} is empty, and {@link #getSession} returns null. The session timeout is the lifetime of the
 * tickets that are issued from then on. Thread-safe.
 */
class SessionContext implements SSLSessionContext {
    /** The JDK's default: a day. */
    private static final int DEFAULT_TIMEOUT = 86_400;

    private static final int DEFAULT_CACHE_SIZE = 20_480;

    private static final int MOST_TICKETS = 10;
    private static final int LONGEST_LIFETIME = (int) ClientSession.MAX_AGE.toSeconds();

    private volatile int timeoutSeconds = DEFAULT_TIMEOUT;
    private volatile int cacheSize = DEFAULT_CACHE_SIZE;

    /** Whether the timeout was set, and therefore replaces the lifetime of tickets that the TlsContext has. */
    private volatile boolean timeoutSet;

    /** How many tickets a server issues; null for the default. Written before this object is published. */
    private @Nullable Integer ticketCount;

    /**
     * How a server issues tickets. Null components keep the values of the TlsContext.
     *
     * @param count how many it issues after a full handshake
     * @param lifetime how long a ticket can be used
     */
    record Tickets(@Nullable Integer count, @Nullable Duration lifetime) {
        static final Tickets DEFAULTS = new Tickets(null, null);
    }

    /**
     * Applies the system properties of the JDK: {@code javax.net.ssl.sessionCacheSize},
     * {@code jdk.tls.server.sessionTicketTimeout} and {@code jdk.tls.server.newSessionTicketCount}. As in the JDK, the
     * log reports values out of range, and they have no effect.
     */
    final void applySystemProperties() {
        Integer size = property("javax.net.ssl.sessionCacheSize", Integer.MAX_VALUE);
        if (size != null) {
            setSessionCacheSize(size);
        }
        Integer timeout = property("jdk.tls.server.sessionTicketTimeout", LONGEST_LIFETIME);
        if (timeout != null) {
            setSessionTimeout(timeout);
        }
        ticketCount = property("jdk.tls.server.newSessionTicketCount", MOST_TICKETS);
    }

    private static @Nullable Integer property(String name, int most) {
        String text = System.getProperty(name);
        if (text == null) {
            return null;
        }
        try {
            int value = Integer.parseInt(text.strip());
            if (value >= 0 && value <= most) {
                return value;
            }
        } catch (NumberFormatException e) {
            // As a number out of range.
        }
        LogManager.getLogger(SessionContext.class)
                .warn("the system property {} has no effect: it must be a number from 0 to {}", name, most);
        return null;
    }

    /** Returns how servers issue tickets. A timeout of 0, which stands for no limit, means seven days (RFC 8446 4.6.1). */
    final Tickets tickets() {
        int seconds = timeoutSeconds;
        int lifetime = seconds == 0 ? LONGEST_LIFETIME : Math.min(seconds, LONGEST_LIFETIME);
        return new Tickets(ticketCount, timeoutSet ? Duration.ofSeconds(lifetime) : null);
    }

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
    public final void setSessionTimeout(int seconds) {
        if (seconds < 0) {
            throw new IllegalArgumentException("negative session timeout: " + seconds);
        }
        timeoutSeconds = seconds;
        timeoutSet = true;
    }

    @Override
    public final int getSessionTimeout() {
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
    public final int getSessionCacheSize() {
        return cacheSize;
    }

    /** Drops the sessions of a family, which was invalidated. */
    void remove(SessionFamily family) {
        // A server has none.
    }
}
