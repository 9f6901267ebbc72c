package io.parktls.sockets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.ClientHelloInfo;
import io.parktls.TestCertificate;
import io.parktls.TestContexts;
import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.TlsAlert;
import io.parktls.TlsChoice;
import io.parktls.TlsContext;
import io.parktls.TlsFailure;
import io.parktls.TlsHandshakeException;
import io.parktls.TlsIdentity;
import io.parktls.TlsIdentityCache;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server that chooses its identity by the ClientHello, from a store that takes its time. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ClientHelloChooserTest {
    /** Many more than handshakes may compute at a time. */
    private static final int HOSTS = 60;

    private static final int CLIENTS_OF_A_HOST = 3;

    private static final TlsIdentity IDENTITY = TestPki.server(KeyKind.ECDSA_P256);

    private static TlsContext choosing(TlsIdentityCache.Loader loader) {
        return TlsContext.builder()
                .engine(Servers.ENGINE)
                .choose(TlsIdentityCache.of(loader, 1_000, Duration.ofHours(1)))
                .build();
    }

    private static TlsServer.Builder serving(TlsIdentityCache.Loader loader) {
        return Servers.serving(choosing(loader)).handler(Servers::echo);
    }

    private static TlsIdentity identityOf(String host) {
        return TestCertificate.of(KeyKind.ECDSA_P256, "test server")
                .names(host)
                .issuedBy(TestPki.authority(KeyKind.ECDSA_P256))
                .identity();
    }

    /**
     * No call of the store returns before the identities of all hosts are being loaded, and yet an established
     * connection and another host are served.
     */
    @Test
    void manyHostsAreLoadedAtATime() throws Exception {
        Map<String, TlsIdentity> identities = new ConcurrentHashMap<>();
        for (int i = 0; i < HOSTS; i++) {
            identities.put("host" + i + ".test", identityOf("host" + i + ".test"));
        }
        Map<String, AtomicInteger> loads = new ConcurrentHashMap<>();
        CountDownLatch all = new CountDownLatch(HOSTS);
        CountDownLatch released = new CountDownLatch(1);
        TlsIdentityCache.Loader loader = host -> {
            loads.computeIfAbsent(host, h -> new AtomicInteger()).incrementAndGet();
            if (!host.equals(TestContexts.HOST)) {
                all.countDown();
                released.await();
            }
            return Optional.of(identities.getOrDefault(host, IDENTITY));
        };
        try (TlsServer server = serving(loader).open(Transport.loopback());
                TlsSocket established = Servers.connect(server)) {
            Servers.assertEchoes(established);
            TlsContext client = Servers.client();
            List<Task<Void>> tasks = new ArrayList<>();
            for (String host : identities.keySet()) {
                for (int i = 0; i < CLIENTS_OF_A_HOST; i++) {
                    tasks.add(ThreadKind.VIRTUAL.run(() -> {
                        try (TlsSocket socket = Servers.connect(server, client, host)) {
                            Servers.assertEchoes(socket);
                            assertEquals(
                                    identities.get(host).chain(),
                                    socket.session().peerCertificates());
                        }
                    }));
                }
            }
            Task.eventually(() -> all.getCount() == 0);
            Servers.assertEchoes(established);
            Servers.assertServes(server);
            released.countDown();
            for (Task<Void> task : tasks) {
                task.get();
            }
            loads.forEach((host, count) -> assertEquals(1, count.get(), host));
            assertEquals(HOSTS + 1, loads.size());
        }
    }

    @Test
    void failuresEndInTheRightAlert() throws Exception {
        TlsIdentityCache.Loader loader = host -> switch (host) {
            case "broken.test" -> throw new IOException("the store is down");
            case "unknown.test" -> Optional.empty();
            default -> Optional.of(IDENTITY);
        };
        try (TlsServer server = serving(loader).open(Transport.loopback())) {
            assertAlert(TlsAlert.INTERNAL_ERROR, server, "broken.test");
            assertAlert(TlsAlert.UNRECOGNIZED_NAME, server, "unknown.test");
            assertAlert(TlsAlert.UNRECOGNIZED_NAME, server, "127.0.0.1");
            Servers.assertServes(server);
            Task.eventually(() -> server.statistics().handshakesFailed() == 3);
        }
    }

    private static void assertAlert(TlsAlert alert, TlsServer server, String host) throws IOException {
        try (TlsSocket socket = Servers.connect(server, Servers.client(), host)) {
            SSLException e = assertThrows(TlsHandshakeException.class, socket::doHandshake);
            assertEquals(alert, ((TlsFailure) e).alert().orElseThrow());
        }
    }

    @Test
    void deadlineInterruptsTheStore() throws Exception {
        CountDownLatch interrupted = new CountDownLatch(1);
        TlsIdentityCache.Loader loader = host -> {
            if (host.equals("slow.test")) {
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                    interrupted.countDown();
                    throw e;
                }
            }
            return Optional.of(IDENTITY);
        };
        try (TlsServer server =
                        serving(loader).handshakeTimeout(Duration.ofSeconds(8)).open(Transport.loopback());
                TlsSocket slow = Servers.connect(server, Servers.client(), "slow.test")) {
            assertThrows(IOException.class, slow::doHandshake);
            Task.eventually(() -> interrupted.getCount() == 0);
            Task.eventually(() -> server.statistics().timedOut() == 1);
            Servers.assertServes(server);
        }
    }

    @Test
    void chooserLearnsTheAddressOfTheClient() throws Exception {
        List<ClientHelloInfo> seen = new ArrayList<>();
        TlsContext context = TlsContext.builder()
                .choose(hello -> {
                    seen.add(hello);
                    return TlsChoice.identity(IDENTITY);
                })
                .build();
        try (TlsServer server = Servers.serving(context).handler(Servers::echo).open(Transport.loopback());
                TlsSocket socket = Servers.connect(server)) {
            Servers.assertEchoes(socket);
            assertNotNull(seen.getFirst().remoteAddress());
            assertTrue(
                    seen.getFirst().remoteAddress().toString().contains("127.0.0.1"),
                    () -> seen.getFirst().toString());
        }
    }

    /** A context with a callback executor serves blocking connections in their own threads. */
    @Test
    void serverDoesNotUseTheCallbackExecutor() throws Exception {
        TlsContext context = TlsContext.builder()
                .choose(hello -> TlsChoice.identity(IDENTITY))
                .callbackExecutor(task -> {
                    throw new AssertionError("not for blocking connections");
                })
                .build();
        try (TlsServer server = Servers.serving(context).handler(Servers::echo).open(Transport.loopback())) {
            Servers.assertServes(server);
        }
    }
}
