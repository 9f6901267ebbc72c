package io.parktls.sockets;

import io.parktls.ocsp.OcspAnswer;
import io.parktls.ocsp.OcspException;
import io.parktls.ocsp.OcspRequest;
import io.parktls.ocsp.OcspResponse;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The OCSP response of one certificate, and the virtual thread that renews it. The thread ends when the stapler is
 * closed, or when all identities with the certificate have become unreachable. Thread-safe.
 */
final class StapledCertificate {
    private static final byte[] NONE = {};

    /** How often the thread checks whether the certificate is still in use, and whether the clock was set. */
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);

    /**
     * How many chains are remembered. If more identities have the certificate, the latest count: another one is noted
     * again when it is used.
     */
    private static final int MOST_USERS = 64;

    private final X509Certificate certificate;
    private final @Nullable X509Certificate issuer;
    private final OcspStapler.Settings settings;
    private final FetchSchedule schedule;
    private final OcspFetcher fetcher;
    private final OcspStapler.Counters counters;

    private final ReentrantLock lock = new ReentrantLock();

    /** Signalled when a response arrives, when the clock was set, and when the stapler is closed. */
    private final Condition changed = lock.newCondition();

    /** Null until it is started. Written with {@link #lock}. */
    private volatile @Nullable Thread thread;

    /** Whether this object was removed from the stapler. Guarded by {@link #lock}. */
    private boolean forgotten;

    private volatile boolean closed;

    /** The chains that contain the certificate. Written with {@link #lock}. */
    private volatile List<WeakReference<List<X509Certificate>>> users = List.of();

    /** The response that is stapled; null if there is none. Written by the thread. */
    private volatile @Nullable Current current;

    /** The failures since the latest response. Used by the thread only. */
    private int failures;

    /** When the next fetch is due. Used by the thread only. */
    private Instant due = Instant.MIN;

    private static final class Current {
        private final byte[] response;
        private final OcspAnswer answer;

        Current(byte[] response, OcspAnswer answer) {
            this.response = response;
            this.answer = answer;
        }
    }

    StapledCertificate(
            X509Certificate certificate,
            @Nullable X509Certificate issuer,
            OcspStapler.Settings settings,
            OcspFetcher fetcher,
            OcspStapler.Counters counters) {
        this.certificate = certificate;
        this.issuer = issuer;
        this.settings = settings;
        this.schedule = new FetchSchedule(settings.firstRetry(), settings.longestRetry());
        this.fetcher = fetcher;
        this.counters = counters;
    }

    /** Returns the response; empty if there is none. It may have expired. */
    byte[] response() {
        Current present = current;
        return present == null ? NONE : present.response;
    }

    boolean isStapled() {
        Current present = current;
        return present != null && present.answer.isCurrent(settings.clock().instant());
    }

    /** Notes that a chain contains the certificate; returns false if this object was removed from the stapler. */
    boolean addUser(List<X509Certificate> chain) {
        for (WeakReference<List<X509Certificate>> user : users) {
            if (user.refersTo(chain)) {
                return true;
            }
        }
        lock.lock();
        try {
            if (forgotten) {
                return false;
            }
            List<WeakReference<List<X509Certificate>>> reachable = new ArrayList<>(users);
            reachable.removeIf(user -> user.refersTo(null));
            if (reachable.size() == MOST_USERS) {
                reachable.removeFirst();
            }
            reachable.add(new WeakReference<>(chain));
            users = List.copyOf(reachable);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Starts the thread if it has not been started.
     *
     * @param stopped whether the stapler is closed, so that there is nothing to do
     * @param certificates the stapler's certificates, of which this is one
     */
    void start(boolean stopped, Map<X509Certificate, StapledCertificate> certificates) {
        if (thread != null || stopped) {
            return;
        }
        lock.lock();
        try {
            if (thread == null) {
                thread = Thread.ofVirtual().name("parktls-ocsp").start(() -> run(certificates));
            }
        } finally {
            lock.unlock();
        }
    }

    private void run(Map<X509Certificate, StapledCertificate> certificates) {
        try {
            while (!closed && !isForgotten(certificates)) {
                if (!settings.clock().instant().isBefore(due)) {
                    renew();
                }
                pause();
            }
        } catch (InterruptedException e) {
            // The stapler was closed during a fetch or a pause.
        }
    }

    private boolean isForgotten(Map<X509Certificate, StapledCertificate> certificates) {
        lock.lock();
        try {
            forgotten = !isUsed();
            if (forgotten) {
                certificates.remove(certificate, this);
            }
            return forgotten;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the next fetch is due, the certificate is not used any more, or the stapler is closed. */
    private void pause() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            Duration left = untilDue();
            while (!closed && isUsed() && left.isPositive()) {
                Duration pause = left.compareTo(LONGEST_PAUSE) < 0 ? left : LONGEST_PAUSE;
                changed.await(pause.toNanos(), TimeUnit.NANOSECONDS);
                left = untilDue();
            }
        } finally {
            lock.unlock();
        }
    }

    private Duration untilDue() {
        return Duration.between(settings.clock().instant(), due);
    }

    private boolean isUsed() {
        return !users.stream().allMatch(user -> user.refersTo(null));
    }

    // ---- renewal

    /** Fetches a response, and determines when the next one is due. */
    private void renew() throws InterruptedException {
        try {
            URI responder = responder();
            X509Certificate signer = issuer();
            counters.fetches.increment();
            byte[] encoding =
                    fetcher.fetch(responder, OcspRequest.of(certificate, signer).encoding());
            Instant now = settings.clock().instant();
            OcspResponse response = OcspResponse.parse(encoding);
            OcspAnswer answer = response.answerFor(certificate, signer);
            response.verify(signer, now);
            accept(encoding, answer, responder, now);
        } catch (OcspException | IOException | RuntimeException e) {
            if (!closed) {
                failed(
                        e.getMessage() == null ? e.toString() : e.getMessage(),
                        settings.clock().instant());
            }
        }
    }

    private URI responder() throws OcspException, IOException {
        URI configured = settings.responder();
        if (configured != null) {
            return configured;
        }
        URI named = OcspRequest.responder(certificate);
        if (named == null) {
            throw new IOException("the certificate names no OCSP responder with an http address (RFC 5280 4.2.2.1): set"
                    + " one with responder(...)");
        }
        return named;
    }

    private X509Certificate issuer() throws IOException {
        if (issuer == null) {
            throw new IOException("the certificate's issuer " + certificate.getIssuerX500Principal()
                    + " is not in the chain: add it there, or set it with issuers(...)");
        }
        return issuer;
    }

    private void accept(byte[] encoding, OcspAnswer answer, URI responder, Instant now) {
        if (answer.status() == OcspAnswer.Status.REVOKED && answer.isCurrent(now)) {
            // The earlier response is not stapled any more: it would assert the contrary.
            current = null;
            String reason = reason(String.valueOf(answer.obstacle(now)));
            counters.failed(reason);
            log().error(reason);
            failures = 0;
            due = schedule.renewal(answer.thisUpdate(), answer.expires(), now);
            return;
        }
        String obstacle = answer.obstacle(now);
        if (obstacle != null) {
            failed(obstacle, now);
            return;
        }
        Current before = current;
        // Caches between this program and the responder may hold an older response than the present one.
        if (before == null || !answer.thisUpdate().isBefore(before.answer.thisUpdate())) {
            current = new Current(encoding, answer);
        }
        log().log(
                        before == null || failures > 0 ? Level.INFO : Level.DEBUG,
                        "the OCSP response for {} from {} is valid until {}",
                        certificate.getSubjectX500Principal(),
                        responder,
                        answer.expires());
        failures = 0;
        due = schedule.renewal(answer.thisUpdate(), answer.expires(), now);
        wake();
    }

    private void failed(String cause, Instant now) {
        failures++;
        String reason = reason(cause);
        counters.failed(reason);
        Duration pause = schedule.pauseAfter(failures);
        log().log(
                        failures == 1 ? Level.WARN : Level.DEBUG,
                        "{}; {}; the next attempt follows in {}",
                        reason,
                        isStapled() ? "the earlier response is stapled until it expires" : "nothing is stapled",
                        pause);
        due = now.plus(pause);
    }

    private String reason(String cause) {
        return "no OCSP response for " + certificate.getSubjectX500Principal() + ": " + cause;
    }

    // ---- waiting

    /** Waits until there is a response; returns false if there is none at the deadline, in terms of System.nanoTime. */
    boolean await(long deadline) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = deadline - System.nanoTime();
            while (!isStapled() && !closed && left > 0) {
                left = changed.awaitNanos(left);
            }
            return isStapled();
        } finally {
            lock.unlock();
        }
    }

    /** Wakes the thread and those that wait for a response. */
    void wake() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void close() {
        closed = true;
        lock.lock();
        try {
            Thread started = thread;
            if (started != null) {
                started.interrupt();
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Looked up for each message: messages are rare, and a server that starts should not wait for Log4j. */
    private static Logger log() {
        return LogManager.getLogger(OcspStapler.class);
    }
}
