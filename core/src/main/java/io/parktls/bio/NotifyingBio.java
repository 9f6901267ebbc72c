package io.parktls.bio;

import org.jspecify.annotations.Nullable;

/** A non-blocking pipe that tells when it is worth trying again. */
public interface NotifyingBio extends Bio {
    /**
     * Sets who is told of a change: bytes arrived, room was made, or the pipe was closed or shut. It is called by the
     * thread that caused the change, with no lock held, and must not block. It may be called without need.
     *
     * @param listener replaces the one before; null for nobody
     */
    void onChange(@Nullable Runnable listener);
}
