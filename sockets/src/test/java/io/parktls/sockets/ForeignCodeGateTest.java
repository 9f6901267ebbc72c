package io.parktls.sockets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.ClientAuth;
import io.parktls.TestContexts;
import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.TlsChoice;
import io.parktls.TlsConnection;
import io.parktls.TlsContext;
import io.parktls.TlsStatus;
import io.parktls.TlsTrust;
import io.parktls.bio.Bio;
import io.parktls.bio.NotifyingBio;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** H16: tests the permits of a {@link HandshakeGate} while handshakes run foreign code. */
@Tag("H16")
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ForeignCodeGateTest {
    private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();

    /** How many handshakes run at a time. Each action happens several times. */
    private static final int HANDSHAKES = 175;

    private static final TlsContext CLIENT = TestContexts.client(Servers.ENGINE)
            .identity(TestPki.client(KeyKind.ECDSA_P256))
            .build();

    /** The behaviours of the trust manager; each handshake gets the next one. */
    private enum Action {
        ACCEPT,
        REFUSE,
        THROW,
        THROW_ERROR,
        BE_INTERRUPTED,
        BE_INTERRUPTED_AND_KEEP_FLAG,
        BE_CLOSED,
        BE_TIMED_OUT,
        BE_TIMED_OUT_AND_ACCEPT
    }

    private static final class ScriptedTrustManager extends ForeignCodeKind.Trusting {
        private final AtomicInteger number = new AtomicInteger();

        /** The sockets by the threads of their handshakes. */
        private final ConcurrentHashMap<Thread, TlsSocket> sockets = new ConcurrentHashMap<>();

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            Action action = Action.values()[number.getAndIncrement() % Action.values().length];
            Thread self = Thread.currentThread();
            switch (action) {
                case ACCEPT -> {}
                case REFUSE -> throw new CertificateException("refused by the test");
                case THROW -> throw new IllegalStateException("thrown by the test");
                case THROW_ERROR -> throw new AssertionError("thrown by the test");
                case BE_INTERRUPTED, BE_INTERRUPTED_AND_KEEP_FLAG -> {
                    Thread.ofVirtual().start(self::interrupt);
                    awaitInterrupt(action == Action.BE_INTERRUPTED_AND_KEEP_FLAG);
                }
                case BE_CLOSED -> {
                    TlsSocket socket = sockets.get(self);
                    Thread.ofVirtual().start(() -> abort(socket));
                    awaitInterrupt(false);
                }
                case BE_TIMED_OUT -> awaitInterrupt(false);
                case BE_TIMED_OUT_AND_ACCEPT -> {
                    while (!Thread.interrupted()) {
                        LockSupport.park();
                    }
                }
            }
        }

        private static void awaitInterrupt(boolean keepFlag) {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                if (keepFlag) {
                    Thread.currentThread().interrupt();
                }
                throw new IllegalStateException("interrupted", e);
            }
        }

        private static void abort(TlsSocket socket) {
            try {
                socket.abort();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void noPermitIsLost(int parallelism) throws Exception {
        ScriptedTrustManager manager = new ScriptedTrustManager();
        TlsContext server = ForeignCodeKind.trusting(Servers.ENGINE, manager);
        try (HandshakeGate gate = new HandshakeGate(parallelism, 1_000)) {
            List<Task<?>> tasks = new ArrayList<>();
            for (int i = 0; i < HANDSHAKES; i++) {
                tasks.addAll(handshake(gate, server, manager));
            }
            for (Task<?> task : tasks) {
                Task.eventually(task::isDone);
            }
            // On a busy machine many miss their deadline before they get there.
            assertTrue(manager.number.get() > 0, "no handshake reached the trust manager");
            Task.eventually(gate::isIdle);
            assertEquals(0, gate.queued());
        }
    }

    /** Starts both ends of a handshake, which may fail. */
    private static List<Task<?>> handshake(HandshakeGate gate, TlsContext server, ScriptedTrustManager manager) {
        Bio[] pair = Bio.pair(20_000);
        TlsConnection accepted = server.accept(pair[1]);
        NotifiedParking parking = new NotifiedParking((NotifyingBio) pair[1]);
        TlsSocket socket = new TlsSocket(accepted, parking, null, null);
        Task<Void> serving = ThreadKind.VIRTUAL.run(() -> {
            manager.sockets.put(Thread.currentThread(), socket);
            try {
                HandshakeWaiter waiter =
                        new HandshakeWaiter(parking, Duration.ofSeconds(3).toNanos());
                socket.handshake(w -> gate.handshake(accepted, false, w), waiter);
            } finally {
                manager.sockets.remove(Thread.currentThread());
                socket.abort();
            }
        });
        Task<Void> asking = ThreadKind.VIRTUAL.run(() -> {
            try (TlsSocket client = TlsSocket.over(CLIENT.connect(pair[0], TestContexts.HOST, 0))) {
                client.doHandshake();
                client.inputStream().read();
            }
        });
        return List.of(serving, asking);
    }

    /** The application chooses while others compute, and the rest of the handshake queues like any other. */
    @Test
    void aChoiceNeedsNoPermit() throws Exception {
        CountDownLatch chosen = new CountDownLatch(1);
        TlsContext server = TlsContext.builder()
                .engine(Servers.ENGINE)
                .choose(hello -> {
                    chosen.countDown();
                    return TlsChoice.identity(TestPki.server(KeyKind.ECDSA_P256));
                })
                .build();
        Bio[] pair = Bio.pair(20_000);
        TlsConnection accepted = server.accept(pair[1]);
        NotifiedParking parking = new NotifiedParking((NotifyingBio) pair[1]);
        try (HandshakeGate gate = new HandshakeGate(1, 1_000)) {
            HandshakeGate.Permit only = gate.acquire(accepted, new HandshakeWaiter(parking, 0), true);
            Task<TlsStatus> serving =
                    ThreadKind.VIRTUAL.start(() -> gate.handshake(accepted, false, new HandshakeWaiter(parking, 0)));
            Task<TlsStatus> asking = ThreadKind.VIRTUAL.start(() -> CLIENT.connect(pair[0], TestContexts.HOST, 0)
                    .doHandshake(Waiter.of(new NotifiedParking((NotifyingBio) pair[0]), "handshake", 0)));
            Task.eventually(() -> chosen.getCount() == 0);
            Task.eventually(() -> gate.queued() == 1);
            assertEquals(0, accepted.bytesSent(), "there is no permit to compute");
            gate.release(only);
            assertEquals(TlsStatus.OK, serving.get());
            assertEquals(TlsStatus.OK, asking.get());
            Task.eventually(gate::isIdle);
        }
    }

    @Test
    void foreignCodeDoesNotCountAsComputing() throws Exception {
        long slow = Duration.ofMillis(400).toNanos();
        TlsContext server = TestContexts.server(Servers.ENGINE)
                .trust(TlsTrust.of(new ForeignCodeKind.Trusting() {
                    @Override
                    public void checkClientTrusted(X509Certificate[] chain, String authType) {
                        long end = System.nanoTime() + slow;
                        while (end - System.nanoTime() > 0) {
                            LockSupport.parkNanos(end - System.nanoTime());
                        }
                    }
                }))
                .clientAuth(ClientAuth.REQUIRED)
                .build();
        AtomicInteger lasted = new AtomicInteger();
        try (HandshakeGate gate = new HandshakeGate(PROCESSORS, 1_000, slow)) {
            List<Task<TlsStatus>> tasks = new ArrayList<>();
            for (int i = 0; i < StepTimeEstimate.WINDOW; i++) {
                Bio[] pair = Bio.pair(20_000);
                TlsConnection accepted = server.accept(pair[1]);
                NotifiedParking parking = new NotifiedParking((NotifyingBio) pair[1]);
                tasks.add(ThreadKind.VIRTUAL.start(() -> {
                    HandshakeWaiter waiter = new HandshakeWaiter(parking, 0);
                    TlsStatus status = gate.handshake(accepted, false, waiter);
                    if (waiter.inForeignCode >= slow) {
                        lasted.incrementAndGet();
                    }
                    return status;
                }));
                tasks.add(ThreadKind.VIRTUAL.start(() -> CLIENT.connect(pair[0], TestContexts.HOST, 0)
                        .doHandshake(Waiter.of(new NotifiedParking((NotifyingBio) pair[0]), "handshake", 0))));
            }
            for (Task<TlsStatus> task : tasks) {
                assertEquals(TlsStatus.OK, task.get());
            }
            assertEquals(StepTimeEstimate.WINDOW, lasted.get());
            assertTrue(!gate.areStepsLong());
        }
    }
}
