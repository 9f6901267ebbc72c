package io.parktls.bio;

import org.jspecify.annotations.Nullable;

/** A non-blocking pipe that tells when it is worth trying again. */
public interface NotifyingBio extends Bio {
    /**
     * Sets who is told of a change, each direction by itself, so that who waits to read need not wake up for every byte that
     * the other end takes. Listeners are called by the thread that caused the change, with no lock held, and must not block.
     * They may be called without need. They replace those before.
     *
     * @param readable told when bytes arrived, or the end of the stream, or this end was closed; null for nobody
     * @param writable told when room was made, or nothing can be written any more; null for nobody
     */
    void onChange(@Nullable Runnable readable, @Nullable Runnable writable);
}
