package io.parktls.watch;

import io.parktls.WatchListener;
import io.parktls.WatchStatistics;
import io.parktls.Watched;
import io.parktls.pki.CertificateNames;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * Reports what happens to watched files: to the log, JDK Flight Recorder, the statistics and the listeners.
 *
 * <p>Any thread may call the methods; the reports of failures are ordered by a lock that is never held while a listener
 * runs.
 */
final class WatchReports<T> {
    /** How many distinct failures are remembered. Further ones are reported when the content is usable again. */
    private static final int MOST_FAILURES = 16;

    private final String files;
    private final List<WatchListener<? super T>> listeners = new CopyOnWriteArrayList<>();

    /** Written under the lock of {@link #failures}. */
    private volatile WatchStatistics statistics;

    /** The failures reported since the content was last in use. Guarded by itself. */
    private final Set<String> failures = new HashSet<>();

    WatchReports(String files, Loaded<T> loaded) {
        this.files = files;
        this.statistics = new WatchStatistics(1, 0, 0, true, null, null, loaded.expiry());
    }

    WatchStatistics statistics() {
        return statistics;
    }

    void add(WatchListener<? super T> listener) {
        listeners.add(listener);
    }

    void remove(WatchListener<? super T> listener) {
        listeners.remove(listener);
    }

    /** Counts a check. */
    void checked(boolean upToDate) {
        update(s -> new WatchStatistics(
                s.checks() + 1, s.renewals(), s.failures(), upToDate, s.lastFailure(), s.lastRenewal(), s.expiry()));
    }

    /** Reports that a new value is in use. */
    void renewed(Loaded<T> former, Loaded<T> current, Instant now) {
        forgetFailures();
        update(s -> new WatchStatistics(
                s.checks(), s.renewals() + 1, s.failures(), true, s.lastFailure(), now, current.expiry()));
        logger().info("{} renewed: {} replaces {}", files, current, former);
        CertificateNames lost =
                CertificateNames.of(former.certificate()).without(CertificateNames.of(current.certificate()));
        if (!lost.isEmpty()) {
            logger().warn("{}: the new certificate is not for {}, which the former one was for", files, lost);
        }
        RenewalEvent.record(files, current, null);
        notifyAll(listener -> listener.renewed(former.value(), current.value()));
    }

    /** Reports that the content is again the one in use, if a failure was reported before. */
    void restored(Loaded<T> inUse) {
        if (forgetFailures()) {
            logger().info("{} hold the content in use again: {}", files, inUse);
        }
    }

    /** Reports a failure once, until a call of {@link #renewed} or {@link #restored}. */
    void failed(String reason, Loaded<T> inUse) {
        synchronized (failures) {
            if (failures.size() >= MOST_FAILURES || !failures.add(reason)) {
                return;
            }
        }
        report(reason, inUse);
    }

    /** Reports that the value was renewed, but not a context with it. */
    void contextFailed(String reason, Loaded<T> inUse) {
        report(reason, inUse);
    }

    private void report(String reason, Loaded<T> inUse) {
        update(s -> new WatchStatistics(
                s.checks(), s.renewals(), s.failures() + 1, s.upToDate(), reason, s.lastRenewal(), s.expiry()));
        logger().warn("{} not renewed, {} is in use: {}", files, inUse, reason);
        RenewalEvent.record(files, inUse, reason);
        notifyAll(listener -> listener.failed(reason));
    }

    /** Reports that the certificate in use expires soon, or has expired. */
    void expires(Loaded<T> inUse, Instant now) {
        boolean expired = now.isAfter(inUse.expiry());
        String state = expired ? "has expired" : "expires soon";
        logger().warn("{} of {} {}: replace the files", inUse, files, state);
        RenewalEvent.record(files, inUse, "the certificate " + state);
        notifyAll(listener -> listener.expires(inUse.expiry()));
    }

    private boolean forgetFailures() {
        synchronized (failures) {
            boolean reported = !failures.isEmpty();
            failures.clear();
            return reported;
        }
    }

    private void update(UnaryOperator<WatchStatistics> change) {
        synchronized (failures) {
            statistics = change.apply(statistics);
        }
    }

    private void notifyAll(Consumer<WatchListener<? super T>> event) {
        for (WatchListener<? super T> listener : listeners) {
            try {
                event.accept(listener);
            } catch (VirtualMachineError e) {
                throw e;
            } catch (Throwable e) {
                // The next checks of the files must not depend on a listener.
                logger().warn("a listener of {} failed", files, e);
            }
        }
    }

    /** The logger is looked up only when it is needed, because setting up logging takes longer than a handshake. */
    private static Logger logger() {
        return LogManager.getLogger(Watched.class);
    }
}
