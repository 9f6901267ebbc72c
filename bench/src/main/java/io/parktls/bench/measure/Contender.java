package io.parktls.bench.measure;

import java.io.Closeable;
import java.io.IOException;

/**
 * One of the implementations that are compared. Closing it releases what it runs on; by default there is nothing to
 * release.
 */
public interface Contender extends Closeable {
    /** The name in tables and progress lines. */
    String title();

    @Override
    default void close() throws IOException {}
}
