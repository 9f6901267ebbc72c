package io.parktls;

import io.parktls.watch.FileWatch;

/**
 * A value that is loaded from files which another program writes, and that renews itself when the files change.
 * {@link TlsIdentity#watch} and {@link TlsTrust#watch} create such values.
 *
 * <p>The <b>content</b> of the files is compared, so any way to replace them works: renaming a new file to the old name,
 * another target of a symbolic link (as with mounted secrets of Kubernetes), deleting and creating, and writing into the
 * same file. New content is used when two checks in a row have found it, all files have been read completely, and they
 * match each other. So the files may be replaced in any order, with any time in between, and a half-written file is not
 * used. A check waits for {@link WatchOptions#interval()}; {@link #refresh()} checks at once.
 *
 * <p>If the content cannot be used, the value in use stays in use. Each distinct failure is reported once: as a warning in
 * the log, as the event {@code io.parktls.CertificateRenewal} of JDK Flight Recorder (if a recording enables it by name),
 * in the {@link #statistics()}, and to the {@linkplain #addListener listeners}. The expiry of the certificate in use is
 * reported in the same ways, {@link WatchOptions#expiryWarning() well before} and once a day.
 *
 * <p><b>Contexts</b> that are built with a watch renew themselves: each handshake that begins after a renewal uses the new
 * value. Handshakes that have begun and established connections keep the former one. A context keeps its watches
 * reachable. A watch that is neither closed nor reachable is no longer checked.
 *
 * <p>The watches of a JVM share one daemon thread. Each check runs in a virtual thread of its own, so a file system that
 * does not answer stops only the watches of its own files. At most 64 checks run at a time.
 *
 * <p>Thread-safe. No method waits for a file, except {@link #refresh()}.
 *
 * @param <T> the type of the value
 */
public abstract sealed class Watched<T> implements AutoCloseable permits WatchedIdentity, WatchedTrust {
    private final FileWatch<T> watch;

    Watched(FileWatch<T> watch) {
        this.watch = watch;
    }

    /** {@return the value in use} */
    public T current() {
        return watch.current();
    }

    /**
     * Reads the files now, and uses new content at once. For programs that know when the files have been replaced, for
     * instance from a hook of an ACME client. Call it only when the files are complete. This method waits for the file
     * system, and for a check that runs at the same time.
     *
     * @return whether the content of the files is in use now; if not, the failure has been reported. False if the watch
     *     is closed
     */
    public boolean refresh() {
        return watch.refresh();
    }

    /** {@return the counters and the state} */
    public WatchStatistics statistics() {
        return watch.statistics();
    }

    /**
     * Adds a listener. It stays reachable until it is removed or the watch itself is unreachable.
     *
     * @param listener the listener
     */
    public void addListener(WatchListener<? super T> listener) {
        watch.addListener(listener);
    }

    /**
     * Removes a listener. It may still be called by a check that runs at the same time.
     *
     * @param listener the listener
     */
    public void removeListener(WatchListener<? super T> listener) {
        watch.removeListener(listener);
    }

    /**
     * Stops watching, and overwrites the passphrase. The value in use stays in use, also in contexts. Does not wait for
     * a check that runs at the same time. Further calls have no effect.
     */
    @Override
    public void close() {
        watch.close();
    }

    FileWatch<T> watch() {
        return watch;
    }

    /** Performs a check as the thread of the watches does. */
    void check() {
        watch.check();
    }

    /** Adds an object that is notified of each new value, as long as it is reachable from elsewhere. */
    void addDependent(Runnable dependent) {
        watch.addDependent(dependent);
    }

    /** Returns the files and the certificate in use. */
    @Override
    public String toString() {
        return getClass().getSimpleName() + "[" + watch + "]";
    }
}
