package io.parktls.watch;

import io.parktls.WatchListener;
import io.parktls.WatchOptions;
import io.parktls.WatchStatistics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A value that is loaded from files, and loaded again when their content changes.
 *
 * <h2>Which content is used</h2>
 *
 * Another program writes the files, in any order and in several steps, so a check may find a file that is half written,
 * or a certificate without its key. A content is therefore used only if two checks in a row have found the same bytes in
 * all files, and if it can be loaded: the value is made of exactly these bytes. Content that has changed since the last
 * check is expected and not reported. Content that two checks have found and that cannot be used is reported, and the
 * value in use stays in use.
 *
 * <h2>Threads</h2>
 *
 * One thread at a time performs a check. It may wait for a file system as long as that takes; {@link #current} and
 * {@link #statistics} never wait.
 */
public final class FileWatch<T> implements AutoCloseable {
    /** How often the files are read when a watch begins, until two results in a row are the same. */
    private static final int FIRST_READS = 10;

    /** After so many checks in a row that each found other content, this is reported. */
    private static final int MOST_UNSETTLED = 10;

    /** A check that takes longer is reported. */
    private static final Duration SLOW = Duration.ofMinutes(1);

    private final FileLoader<T> loader;
    private final List<Path> files;
    private final WatchOptions options;
    private final InstantSource clock;
    private final WatchThread thread;
    private final WatchReports<T> reports;

    /** Held during a check. */
    private final ReentrantLock check = new ReentrantLock();

    /** The objects that are renewed together with the value, as long as they are reachable. Guarded by itself. */
    private final Map<Runnable, Boolean> dependents = new WeakHashMap<>();

    private volatile Loaded<T> loaded;
    private volatile boolean closed;

    /** When the check that runs began; null if none runs. */
    private volatile @Nullable Instant begin;

    /** Identifies the content in use. Guarded by {@link #check}, as are the fields below. */
    private String used;

    /** Identifies the content that the last check found. */
    private String seen;

    /** Identifies the content that could not be used; empty if there is none. */
    private String rejected = "";

    /** The value of the rejected content, if it may become usable with time. */
    private @Nullable Loaded<T> candidate;

    private int unsettled;

    private final ExpiryWarnings warnings;

    private FileWatch(
            FileLoader<T> loader,
            WatchOptions options,
            InstantSource clock,
            WatchThread thread,
            String state,
            Loaded<T> loaded) {
        this.loader = loader;
        this.files = List.copyOf(loader.files());
        this.options = options;
        this.clock = clock;
        this.thread = thread;
        this.used = state;
        this.seen = state;
        this.loaded = loaded;
        this.warnings = new ExpiryWarnings(options.expiryWarning());
        this.reports = new WatchReports<>(FileContents.shown(files), loaded);
    }

    /**
     * Loads a value, and begins to watch its files.
     *
     * @param loader belongs to the watch from now on, also if this method fails
     * @throws IOException if a file cannot be read, or is changed while it is read
     * @throws IllegalArgumentException as {@link FileLoader#load}
     */
    public static <T> FileWatch<T> open(FileLoader<T> loader, WatchOptions options, InstantSource clock)
            throws IOException {
        return open(loader, options, clock, WatchThread.SHARED);
    }

    static <T> FileWatch<T> open(FileLoader<T> loader, WatchOptions options, InstantSource clock, WatchThread thread)
            throws IOException {
        boolean opened = false;
        try (FileContents contents = firstContents(loader.files())) {
            Loaded<T> first = loader.load(contents.contents(), clock.instant());
            FileWatch<T> watch = new FileWatch<>(loader, options, clock, thread, contents.state(), first);
            watch.warnOfExpiry();
            thread.add(watch);
            opened = true;
            return watch;
        } finally {
            if (!opened) {
                loader.close();
            }
        }
    }

    private static FileContents firstContents(List<Path> files) throws IOException {
        FileContents last = FileContents.read(files);
        for (int reads = 1; reads < FIRST_READS; reads++) {
            last.requireRead();
            FileContents next = FileContents.read(files);
            if (next.isSameAs(last)) {
                last.close();
                return next;
            }
            last.close();
            last = next;
        }
        last.close();
        throw new IOException(FileContents.shown(files) + ": the files change each time they are read");
    }

    /** Returns the value in use. */
    public T current() {
        return loaded.value();
    }

    public WatchStatistics statistics() {
        return reports.statistics();
    }

    public void addListener(WatchListener<? super T> listener) {
        reports.add(listener);
    }

    public void removeListener(WatchListener<? super T> listener) {
        reports.remove(listener);
    }

    /**
     * Adds an object that is notified of each new value before the listeners are, as long as it is reachable from
     * elsewhere.
     */
    public void addDependent(Runnable dependent) {
        synchronized (dependents) {
            dependents.put(dependent, true);
        }
    }

    Duration interval() {
        return options.interval();
    }

    /** Stops watching. The value stays as it is. Does not wait for a check that runs meanwhile. */
    @Override
    public void close() {
        closed = true;
        thread.remove(this);
        loader.close();
    }

    // ---- checks

    /** Performs a check, unless another thread performs one. */
    void checkIfIdle() {
        if (check.tryLock()) {
            try {
                checkLocked(false);
            } finally {
                check.unlock();
            }
        }
    }

    boolean isChecking() {
        return begin != null;
    }

    /** Reports a check that takes too long, once. */
    void reportIfOverdue() {
        Instant since = begin;
        if (since != null && clock.instant().isAfter(since.plus(SLOW))) {
            fail("the file system has not answered for " + SLOW.toSeconds() + " s");
        }
    }

    /** Performs a check, after those of other threads. */
    public void check() {
        check.lock();
        try {
            checkLocked(false);
        } finally {
            check.unlock();
        }
    }

    /**
     * Performs a check that uses new content at once, because the caller knows that the files are complete.
     *
     * @return whether the content of the files is in use now; false if the watch is closed
     */
    public boolean refresh() {
        check.lock();
        try {
            checkLocked(true);
            return !closed && reports.statistics().upToDate();
        } finally {
            check.unlock();
        }
    }

    private void checkLocked(boolean complete) {
        if (closed) {
            return;
        }
        begin = clock.instant();
        try (FileContents contents = FileContents.read(files)) {
            if (closed || contents.isInterrupted()) {
                return;
            }
            if (contents.state().equals(used)) {
                settled();
                reports.restored(loaded);
            } else if (complete || contents.state().equals(seen)) {
                judge(contents);
            } else {
                changed();
            }
            seen = contents.state();
            reports.checked(seen.equals(used));
        } finally {
            begin = null;
        }
        warnOfExpiry();
    }

    private void settled() {
        unsettled = 0;
        rejected = "";
        candidate = null;
    }

    private void changed() {
        unsettled++;
        if (unsettled == MOST_UNSETTLED) {
            fail("each of the last " + MOST_UNSETTLED + " checks found other content");
        }
    }

    private void judge(FileContents contents) {
        Instant now = clock.instant();
        if (!contents.state().equals(rejected)) {
            settled();
            rejected = contents.state();
            candidate = contents.isRead() ? load(contents, now) : null;
            if (!contents.isRead()) {
                fail(contents.state());
            }
        }
        Loaded<T> next = candidate;
        if (next != null && loader.isSame(next, loaded)) {
            // Only comments or the encoding differ.
            used = contents.state();
            settled();
            reports.restored(loaded);
        } else if (next != null) {
            String obstacle = loader.obstacle(next, loaded, now);
            if (obstacle == null) {
                use(next, contents.state(), now);
            } else {
                fail(obstacle);
            }
        }
    }

    /** Returns null if the content cannot be used. */
    private @Nullable Loaded<T> load(FileContents contents, Instant now) {
        try {
            Loaded<T> next = loader.load(contents.contents(), now);
            loader.check(next);
            return next;
        } catch (IllegalArgumentException e) {
            fail(String.valueOf(e.getMessage()));
        } catch (RuntimeException | LinkageError | StackOverflowError e) {
            // A parser or a security provider has failed. Its message may quote the content.
            fail("the content cannot be loaded: " + e.getClass().getName());
        }
        return null;
    }

    /** Reports a failure, unless the watch was closed meanwhile: then loading fails because there is no passphrase. */
    private void fail(String reason) {
        if (!closed) {
            reports.failed(reason, loaded);
        }
    }

    private void use(Loaded<T> next, String state, Instant now) {
        if (closed) {
            return;
        }
        Loaded<T> former = loaded;
        loaded = next;
        used = state;
        settled();
        warnings.reset();
        List<RuntimeException> failures = renewDependents();
        reports.renewed(former, next, now);
        for (RuntimeException e : failures) {
            reports.contextFailed(
                    "a context could not be renewed, and keeps its former value: " + e.getMessage(), next);
        }
    }

    private List<RuntimeException> renewDependents() {
        List<RuntimeException> failures = new ArrayList<>();
        List<Runnable> renewed;
        synchronized (dependents) {
            renewed = List.copyOf(dependents.keySet());
        }
        for (Runnable dependent : renewed) {
            try {
                dependent.run();
            } catch (RuntimeException e) {
                failures.add(e);
            }
        }
        return failures;
    }

    private void warnOfExpiry() {
        Instant now = clock.instant();
        if (warnings.isDue(loaded, now)) {
            reports.expires(loaded, now);
        }
    }

    @Override
    public String toString() {
        return FileContents.shown(files) + ": " + loaded;
    }
}
