package io.parktls.choice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.ClientAuth;
import io.parktls.Interest;
import io.parktls.TestContexts;
import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.TlsAlert;
import io.parktls.TlsChoice;
import io.parktls.TlsChooser;
import io.parktls.TlsConnection;
import io.parktls.TlsContext;
import io.parktls.TlsFailure;
import io.parktls.TlsIdentity;
import io.parktls.TlsSigner;
import io.parktls.TlsStatus;
import io.parktls.TlsTrust;
import io.parktls.TlsVersion;
import io.parktls.Waiting;
import io.parktls.bio.Bio;
import io.parktls.choice.ChoiceEnds.Case;
import io.parktls.engine.TlsEngineProvider;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Lock;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Callbacks that wait do not block the thread that drives non-blocking connections. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class CallbackExecutorTest {
    private static final TlsIdentity SERVER = TestPki.server(KeyKind.ECDSA_P256);
    private static final TlsIdentity CLIENT = TestPki.client(KeyKind.ECDSA_P256);
    private static final ExecutorService EXECUTOR = Executors.newVirtualThreadPerTaskExecutor();

    /** Code of the application that the test lets go on. */
    private static final class Held {
        final CountDownLatch entered = new CountDownLatch(1);
        final CountDownLatch released = new CountDownLatch(1);
        final CountDownLatch interrupted = new CountDownLatch(1);

        void run() throws InterruptedException {
            entered.countDown();
            try {
                released.await();
            } catch (InterruptedException e) {
                interrupted.countDown();
                throw e;
            }
        }
    }

    static Stream<Case> cases() {
        return ChoiceEnds.cases();
    }

    @AfterAll
    static void shutDown() {
        EXECUTOR.shutdownNow();
    }

    private static TlsContext.Builder choosing(Case settings, TlsChooser chooser) {
        return TlsContext.builder().engine(settings.engine()).choose(chooser).callbackExecutor(EXECUTOR);
    }

    private static TlsContext client(TlsVersion... versions) {
        return TestContexts.client(TlsEngineProvider.bouncyCastle(), versions).build();
    }

    private static void await(CountDownLatch latch) throws InterruptedException {
        assertTrue(latch.await(ChoiceEnds.HANG_SECONDS, TimeUnit.SECONDS), "does not happen");
    }

    private static void awaitAnswer(TlsConnection connection) throws Exception {
        connection.answer().toCompletableFuture().get(ChoiceEnds.HANG_SECONDS, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void chooserOfServer(Case settings) throws Exception {
        Held held = new Held();
        TlsContext server = choosing(settings, hello -> {
                    held.run();
                    return TlsChoice.identity(SERVER);
                })
                .build();
        ChoiceEnds ends = ChoiceEnds.of(client(settings.version()), server, TestContexts.HOST);
        assertTrue(ends.server.answer().toCompletableFuture().isDone());
        assertEquals(TlsStatus.WANT_READ, ends.client.doHandshake());
        assertEquals(TlsStatus.WANT_READ, ends.server.doHandshake());
        await(held.entered);
        for (int i = 0; i < 3; i++) {
            assertEquals(TlsStatus.WANT_READ, ends.server.doHandshake());
            assertEquals(Optional.of(Interest.ANSWER), ends.server.waitingFor());
            assertFalse(ends.server.answer().toCompletableFuture().isDone());
            assertEquals(Optional.of(Interest.READ), ends.client.waitingFor());
        }
        held.released.countDown();
        awaitAnswer(ends.server);
        ends.handshake();
        assertEquals(SERVER.chain(), ends.client.session().peerCertificates());
        assertTrue(ends.server.answer().toCompletableFuture().isDone());
        ends.echo();
        ends.close();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void trustManagersOfBothEnds(Case settings) throws Exception {
        AtomicInteger verified = new AtomicInteger();
        TlsTrust trust = TlsTrust.of(trusting(() -> {
            verified.incrementAndGet();
            assertTrue(Thread.currentThread().isVirtual(), "runs in the executor");
        }));
        TlsContext server = TestContexts.server(settings.engine(), settings.version())
                .clientAuth(ClientAuth.REQUIRED)
                .trust(trust)
                .callbackExecutor(EXECUTOR)
                .build();
        TlsContext client = TestContexts.client(settings.engine(), settings.version())
                .identity(CLIENT)
                .trust(trust)
                .callbackExecutor(EXECUTOR)
                .build();
        ChoiceEnds ends = ChoiceEnds.of(client, server, TestContexts.HOST).handshake();
        assertEquals(2, verified.get());
        assertEquals(CLIENT.chain(), ends.server.session().peerCertificates());
        ends.echo();
    }

    private interface Check {
        void run() throws Exception;
    }

    private static X509TrustManager trusting(Check check) {
        return new X509TrustManager() {
            @Override
            public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
                try {
                    check.run();
                } catch (Exception e) {
                    throw new CertificateException(e);
                }
            }

            @Override
            public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
                checkClientTrusted(chain, authType);
            }

            @Override
            public X509Certificate[] getAcceptedIssuers() {
                return new X509Certificate[0];
            }
        };
    }

    /** One thread drives all handshakes, and no callback returns before all of them have been called. */
    @ParameterizedTest
    @MethodSource("cases")
    void manyAtATime(Case settings) throws Exception {
        int handshakes = settings.version() == TlsVersion.TLS_1_3 ? 200 : 20;
        CountDownLatch all = new CountDownLatch(handshakes);
        TlsContext server = choosing(settings, hello -> {
                    all.countDown();
                    await(all);
                    return TlsChoice.identity(SERVER);
                })
                .build();
        TlsContext client = client(settings.version());
        List<ChoiceEnds> pairs = new ArrayList<>();
        for (int i = 0; i < handshakes; i++) {
            ChoiceEnds ends = ChoiceEnds.of(client, server, TestContexts.HOST);
            assertEquals(TlsStatus.WANT_READ, ends.client.doHandshake());
            assertEquals(TlsStatus.WANT_READ, ends.server.doHandshake());
            pairs.add(ends);
        }
        for (ChoiceEnds ends : pairs) {
            ends.handshake();
            ends.close();
        }
    }

    /** One thread drives all handshakes, and no signer returns before all of them have been called. */
    @ParameterizedTest
    @MethodSource("cases")
    void manyRemoteSignaturesAtATime(Case settings) throws Exception {
        int handshakes = settings.version() == TlsVersion.TLS_1_3 ? 200 : 20;
        CountDownLatch all = new CountDownLatch(handshakes);
        TlsSigner remote = (scheme, message) -> {
            all.countDown();
            await(all);
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(SERVER.privateKey());
            signature.update(message);
            return signature.sign();
        };
        TlsContext server = TestContexts.server(settings.engine(), settings.version())
                .identity(TlsIdentity.of(remote, SERVER.chain().toArray(X509Certificate[]::new)))
                .callbackExecutor(EXECUTOR)
                .build();
        TlsContext client = client();
        List<ChoiceEnds> pairs = new ArrayList<>();
        for (int i = 0; i < handshakes; i++) {
            pairs.add(ChoiceEnds.of(client, server, TestContexts.HOST));
        }
        boolean done = false;
        while (!done) {
            done = true;
            for (ChoiceEnds ends : pairs) {
                done &= ends.turnWithoutWaiting();
            }
        }
        for (ChoiceEnds ends : pairs) {
            ends.handshake();
            ends.close();
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void failureReachesTheCallerAndThePeer(Case settings) throws Exception {
        TlsContext server = choosing(settings, hello -> TlsChoice.refuse(TlsAlert.ACCESS_DENIED, "by the test"))
                .build();
        ChoiceEnds ends = ChoiceEnds.of(client(settings.version()), server, TestContexts.HOST);
        ends.client.doHandshake();
        SSLException e = assertThrows(SSLException.class, () -> {
            ends.server.doHandshake();
            awaitAnswer(ends.server);
            ends.server.doHandshake();
        });
        assertTrue(e.getMessage().contains("by the test"), e.getMessage());
        SSLException received = assertThrows(SSLException.class, ends.client::doHandshake);
        assertEquals(TlsAlert.ACCESS_DENIED, ((TlsFailure) received).alert().orElseThrow());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void closeInterruptsTheCallback(Case settings) throws Exception {
        Held held = new Held();
        TlsContext server = choosing(settings, hello -> {
                    held.run();
                    return TlsChoice.identity(SERVER);
                })
                .build();
        ChoiceEnds ends = ChoiceEnds.of(client(settings.version()), server, TestContexts.HOST);
        ends.client.doHandshake();
        ends.server.doHandshake();
        await(held.entered);
        ends.server.close();
        await(held.interrupted);
        assertThrows(ClosedChannelException.class, ends.server::doHandshake);
        awaitAnswer(ends.server);
    }

    @Test
    void closeBeforeTheExecutorBegins() throws Exception {
        List<Runnable> tasks = new ArrayList<>();
        TlsContext server = TlsContext.builder()
                .choose(hello -> {
                    throw new AssertionError("the connection is closed");
                })
                .callbackExecutor(tasks::add)
                .build();
        ChoiceEnds ends = ChoiceEnds.of(client(), server, TestContexts.HOST);
        ends.client.doHandshake();
        ends.server.doHandshake();
        ends.server.close();
        awaitAnswer(ends.server);
        assertEquals(1, tasks.size());
        tasks.getFirst().run();
    }

    @Test
    void executorThatRejects() throws Exception {
        Executor rejecting = task -> {
            throw new RejectedExecutionException("shut down");
        };
        TlsContext server = TlsContext.builder()
                .choose(hello -> TlsChoice.identity(SERVER))
                .callbackExecutor(rejecting)
                .build();
        ChoiceEnds ends = ChoiceEnds.of(client(), server, TestContexts.HOST);
        ends.client.doHandshake();
        SSLException e = assertThrows(SSLException.class, ends.server::doHandshake);
        assertEquals(TlsAlert.INTERNAL_ERROR, ((TlsFailure) e).alert().orElseThrow());
    }

    /** An executor that runs the task at once leaves nothing to wait for. */
    @ParameterizedTest
    @MethodSource("cases")
    void executorInTheCallingThread(Case settings) throws Exception {
        TlsContext server = choosing(settings, hello -> TlsChoice.identity(SERVER))
                .callbackExecutor(Runnable::run)
                .build();
        ChoiceEnds ends = ChoiceEnds.of(client(settings.version()), server, TestContexts.HOST);
        ends.client.doHandshake();
        ends.server.doHandshake();
        assertEquals(Optional.of(Interest.READ), ends.server.waitingFor());
        ends.handshake().echo();
    }

    /** Data that comes with the client's last flight is not lost. */
    @ParameterizedTest
    @MethodSource("cases")
    void dataBehindFinished(Case settings) throws Exception {
        TlsContext server =
                choosing(settings, hello -> TlsChoice.identity(SERVER)).build();
        ChoiceEnds ends = ChoiceEnds.of(
                TestContexts.client(settings.engine(), settings.version()).build(), server, TestContexts.HOST);
        ByteBuffer sent = ByteBuffer.wrap(new byte[] {1, 2, 3});
        while (ends.client.write(sent) != TlsStatus.OK) {
            ends.server.doHandshake();
            awaitAnswer(ends.server);
            ends.server.doHandshake();
        }
        ByteBuffer received = ByteBuffer.allocate(10);
        while (ends.server.read(received) != TlsStatus.OK) {
            awaitAnswer(ends.server);
        }
        assertEquals(sent.flip(), received.flip());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void helloInPieces(Case settings) throws Exception {
        TlsContext server =
                choosing(settings, hello -> TlsChoice.identity(SERVER)).build();
        ChoiceEnds ends = ChoiceEnds.of(client(settings.version()), server, TestContexts.HOST, Bio.pair(500));
        ends.handshake().echo();
    }

    /** The executor is for callers that cannot wait. */
    @Test
    void blockingCallerRunsCallbacksItself() throws Exception {
        List<Thread> threads = new ArrayList<>();
        TlsContext server = TlsContext.builder()
                .choose(hello -> {
                    threads.add(Thread.currentThread());
                    return TlsChoice.identity(SERVER);
                })
                .callbackExecutor(EXECUTOR)
                .build();
        ChoiceEnds ends = ChoiceEnds.of(client(), server, TestContexts.HOST);
        ends.client.doHandshake();
        assertEquals(TlsStatus.WANT_READ, ends.server.doHandshake(new MayBlock()));
        assertEquals(List.of(Thread.currentThread()), threads);
        ends.handshake();
    }

    /** A caller that waits in its second call, after the first one has begun a step in the executor. */
    @Test
    void blockingCallWaitsForAnEarlierStep() throws Exception {
        Held held = new Held();
        TlsContext server = TlsContext.builder()
                .choose(hello -> {
                    held.run();
                    return TlsChoice.identity(SERVER);
                })
                .callbackExecutor(EXECUTOR)
                .build();
        ChoiceEnds ends = ChoiceEnds.of(client(), server, TestContexts.HOST);
        ends.client.doHandshake();
        assertEquals(TlsStatus.WANT_READ, ends.server.doHandshake());
        await(held.entered);
        Thread.currentThread().interrupt();
        assertThrows(InterruptedIOException.class, () -> ends.server.doHandshake(new MayBlock()));
        assertTrue(Thread.interrupted());
        EXECUTOR.execute(held.released::countDown);
        assertEquals(TlsStatus.WANT_READ, ends.server.doHandshake(new MayBlock()));
        assertEquals(Optional.of(Interest.READ), ends.server.waitingFor());
        ends.handshake().echo();
    }

    /** Waits for callbacks, but not for the pipe, whose other end the same thread drives. */
    private static final class MayBlock implements Waiting {
        @Override
        public boolean await(Interest interest) {
            return false;
        }

        @Override
        public void acquire(Lock lock) throws IOException {
            lock.lock();
        }
    }
}
