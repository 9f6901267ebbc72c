package io.parktls.tickets;

import java.io.IOException;

/** A place outside of ParkTLS from which ticket keys are loaded. Only one thread loads at the same time. */
interface KeySource {
    /**
     * Loads the keys.
     *
     * @throws IOException if the keys cannot be read
     * @throws KeyMaterialException if they cannot be used
     */
    KeySet load() throws IOException;

    /** Describes an exception of {@link #load} for the log, without anything that may be secret. */
    String describe(Throwable failure);
}
