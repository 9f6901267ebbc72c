package io.parktls;

import java.time.Instant;

/**
 * Is notified of the events of a {@link Watched} identity or trust. The thread that has checked the files calls the
 * methods. They may block, which delays only the further checks of the same watch. An exception is logged and has no
 * other effect.
 *
 * @param <T> the type of the watched value
 */
public interface WatchListener<T> {
    /**
     * A new value is in use, also by the contexts that were built with the watch.
     *
     * @param former the value that was in use before
     * @param current the new value
     */
    default void renewed(T former, T current) {}

    /**
     * The content of the files cannot be used, or a context could not be renewed. Called once for each distinct failure,
     * until the content of the files is in use again.
     *
     * @param reason the reason, which contains nothing secret
     */
    default void failed(String reason) {}

    /**
     * The certificate in use expires soon, or has expired. Called when the warnings begin
     * ({@link WatchOptions#expiryWarning()}), one day before the expiry, at the expiry, and once a day in between.
     *
     * @param expiry the end of the validity
     */
    default void expires(Instant expiry) {}
}
