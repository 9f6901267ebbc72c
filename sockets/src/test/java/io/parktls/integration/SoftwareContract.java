package io.parktls.integration;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.TestCertificate;
import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The tests that each piece of software has to pass with the ParkTLS provider first and no other change. A subclass
 * starts the server, once, and says how one client talks to it; it is annotated with {@link WithParkTls}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public abstract class SoftwareContract {
    /** The number of connections that are open at once. */
    public static final int MANY = 200;

    /**
     * The number of connections that are being opened at once: less than 50, the backlog that most servers in Java have.
     * Linux does not answer clients beyond the backlog, which try again after 1, 3, 7, ... seconds. With SYN cookies, a
     * client may regard itself as connected and wait for ever for the greeting of a server that does not know it.
     */
    public static final int CONNECTING = 40;

    /** A wait that takes longer than this hangs, even on a busy machine. */
    public static final long HANG_SECONDS = 240;

    /** An address of this machine that is not in the server's certificate. */
    public static final String ANOTHER_HOST = "127.0.0.2";

    private final AtomicInteger clients = new AtomicInteger();
    private @Nullable HandshakeRecording recording;
    private @Nullable ClientTrust trusted;
    private @Nullable ClientTrust untrusted;
    private int port;

    /** The actions of a client while its connection is open. */
    @FunctionalInterface
    public interface Meanwhile {
        void run() throws Exception;
    }

    /**
     * Starts the server on all addresses of this machine, and returns its port.
     *
     * @param directory an empty directory
     */
    protected abstract int start(ServerIdentity identity, Path directory) throws Exception;

    /** Stops the server, if it has been started. */
    protected abstract void stop() throws Exception;

    /** Connects over TLS, runs {@code meanwhile}, exchanges data and checks it, and disconnects. */
    protected abstract void roundTrip(Target target, Meanwhile meanwhile) throws Exception;

    /** Returns whether the server runs in this JVM on the first provider too. */
    protected boolean serverUsesTheProvider() {
        return false;
    }

    /** Asserts that the client failed because the certificate is for other hosts. */
    protected void assertHostRefused(Throwable failure) {
        assertUnverified(failure);
    }

    /** Asserts that the client failed because it does not trust the certificate's authority. */
    protected void assertAuthorityRefused(Throwable failure) {
        assertUnverified(failure);
    }

    @BeforeAll
    @Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    final void startServer(@TempDir Path directory) throws Exception {
        // A server that runs as another user has to reach its files.
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
        trusted = new ClientTrust(directory.resolve("trusted"), TestPki.ca(KeyKind.ECDSA_P256));
        untrusted = new ClientTrust(
                directory.resolve("untrusted"),
                TestCertificate.authority(KeyKind.ECDSA_P256, "Another CA").certificate());
        Path identity = Files.createDirectory(directory.resolve("identity"));
        recording = new HandshakeRecording();
        port = start(new ServerIdentity(identity), Files.createDirectory(directory.resolve("server")));
    }

    /** Without the server, the tests are skipped. */
    @AfterAll
    @Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    final void stopServer(@TempDir Path directory) throws Exception {
        try (HandshakeRecording handshakes = recording) {
            stop();
            if (port != 0 && handshakes != null) {
                int done = clients.get();
                handshakes.assertHandshakes(directory, done, serverUsesTheProvider() ? done : 0);
            }
        }
    }

    @Test
    @DisplayName("the client talks to the server")
    void talks() throws Exception {
        roundTrip(right(), () -> {});
        clients.incrementAndGet();
    }

    @Test
    @DisplayName("the client refuses a certificate for another host")
    void refusesAnotherHost() {
        Target target = new Target(ANOTHER_HOST, port, required(trusted));
        assertHostRefused(assertThrows(Exception.class, () -> roundTrip(target, () -> {})));
    }

    @Test
    @DisplayName("the client refuses a certificate of an unknown authority")
    void refusesAnUnknownAuthority() {
        Target target = new Target("localhost", port, required(untrusted));
        assertAuthorityRefused(assertThrows(Exception.class, () -> roundTrip(target, () -> {})));
    }

    @Test
    @DisplayName("two hundred virtual threads have a connection each at once")
    void manyAtOnce() throws Exception {
        roundTripsAtOnce(right());
        clients.addAndGet(MANY);
    }

    /** Makes {@link #MANY} round trips in as many virtual threads, over connections that are all open at one time. */
    protected void roundTripsAtOnce(Target target) throws Exception {
        CountDownLatch open = new CountDownLatch(MANY);
        Semaphore connecting = new Semaphore(CONNECTING);
        inVirtualThreads(() -> {
            connecting.acquire();
            try {
                roundTrip(target, () -> {
                    connecting.release();
                    open.countDown();
                    assertTrue(open.await(HANG_SECONDS, TimeUnit.SECONDS), () -> open.getCount() + " are missing");
                });
            } catch (Throwable e) {
                // The others need not wait for this one.
                connecting.release();
                while (open.getCount() > 0) {
                    open.countDown();
                }
                throw e;
            }
        });
    }

    /** Runs a task in {@link #MANY} virtual threads and waits for them. The first failure fails the test. */
    protected static void inVirtualThreads(Meanwhile task) throws Exception {
        List<Future<?>> results = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < MANY; i++) {
                results.add(threads.submit(() -> {
                    task.run();
                    return null;
                }));
            }
        }
        for (Future<?> result : results) {
            result.get();
        }
    }

    /** Returns the server under the name that its certificate has, with the trust in its authority. */
    protected final Target right() {
        return new Target("localhost", port, required(trusted));
    }

    private static ClientTrust required(@Nullable ClientTrust trust) {
        if (trust == null) {
            throw new IllegalStateException("the server has not been started");
        }
        return trust;
    }

    /** Asserts that the failure has the causes that the JDK's TLS gives if it does not accept the certificate. */
    protected static void assertUnverified(Throwable failure) {
        SSLHandshakeException handshake = assertCause(SSLHandshakeException.class, failure);
        assertCause(CertificateException.class, handshake);
    }

    /** Returns the first of the failure and its causes that has that type. */
    protected static <T extends Throwable> T assertCause(Class<T> type, Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return type.cast(cause);
            }
        }
        throw new AssertionError("no " + type.getSimpleName() + " among the causes of " + failure, failure);
    }
}
