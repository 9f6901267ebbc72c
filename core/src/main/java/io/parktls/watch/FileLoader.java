package io.parktls.watch;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Loads a value from the contents of files. Only one thread at a time calls the methods, except {@link #close}.
 *
 * @param <T> the type of the value
 */
public interface FileLoader<T> extends AutoCloseable {
    /** Returns the files. */
    List<Path> files();

    /**
     * Loads a value. The message of an exception contains nothing secret.
     *
     * @param contents the contents of the {@link #files}, which are neither kept nor changed
     * @param now the current time
     * @throws IllegalArgumentException if the contents are invalid or do not match each other
     */
    Loaded<T> load(List<byte[]> contents, Instant now);

    /**
     * Checks whether a value can take the place of another one. Called once for each new content.
     *
     * @throws IllegalArgumentException if it can never do so
     */
    default void check(Loaded<T> next) {}

    /** Returns whether a value is equal to the current one, so that there is nothing to renew. */
    default boolean isSame(Loaded<T> next, Loaded<T> current) {
        return false;
    }

    /** Returns why a value must not take the place of the current one yet; null if it may. */
    default @Nullable String obstacle(Loaded<T> next, Loaded<T> current, Instant now) {
        return null;
    }

    /** Overwrites the secrets that this object holds. A call of {@link #load} fails from then on. */
    @Override
    default void close() {}
}
