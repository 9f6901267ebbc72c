package io.parktls.session;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of a client's connection: where it takes the session that it resumes, and puts those that its server
 * issues. Each is only for the peer and the settings of the connection. Implementations are thread-safe: the thread that
 * performs the handshake calls the methods, and later each thread that reads.
 */
public interface ConnectionSessions {
    /**
     * Returns the newest usable session. A session that may be used only once is removed. The caller owns the result,
     * and destroys it.
     *
     * @return null if there is none
     */
    @Nullable
    ClientSession take(Instant now);

    /** Adds a session, which this object owns from now on. */
    void put(ClientSession session);

    /** Drops all sessions of this peer and these settings. */
    void drop();

    /** Reports that the server has resumed the session that {@link #take} returned. Called before {@link #put}. */
    default void resumed() {}

    /** Returns whether the connection may make a new session; if not, a full handshake fails. */
    default boolean allowsNewSession() {
        return true;
    }
}
