package io.parktls.bio;

import org.jspecify.annotations.Nullable;

/** A non-blocking pipe that notifies listeners when a read or a write may make progress. */
public interface NotifyingBio extends Bio {
    /**
     * Sets the listeners of this end, one for each direction, so that a waiting reader is not woken each time the other
     * end consumes bytes. The listeners replace the previous ones. The thread that caused a change calls them, with no
     * lock of the pipe held; they must not block. They may also be called without a change.
     *
     * @param readable called when bytes or the end of the stream arrived, or this end was closed; null for no listener
     * @param writable called when the pipe has room again, or can no longer be written; null for no listener
     */
    void onChange(@Nullable Runnable readable, @Nullable Runnable writable);
}
