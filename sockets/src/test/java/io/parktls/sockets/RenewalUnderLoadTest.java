package io.parktls.sockets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.Replacement;
import io.parktls.TestCertificate;
import io.parktls.TestContexts;
import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.TlsContext;
import io.parktls.TlsIdentity;
import io.parktls.WatchListener;
import io.parktls.WatchOptions;
import io.parktls.WatchedIdentity;
import io.parktls.engine.TlsEngineProvider;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests that a server renews its certificate from files while clients connect, and that no handshake fails. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class RenewalUnderLoadTest {
    private static final int CLIENTS = 4;

    /** How many handshakes run for each renewal: half of them while the files are written, half afterwards. */
    private static final int HANDSHAKES_EACH = 20;

    private static final KeyKind KIND = KeyKind.ECDSA_P256;
    private static final TestCertificate INTERMEDIATE =
            TestCertificate.of(KIND, "Test CA of renewals").authority().issuedBy(TestPki.authority(KIND));

    @TempDir
    private Path directory;

    /** The number of the newest pair that is being written, or was written. */
    private final AtomicInteger written = new AtomicInteger();

    /** The number of the newest pair that the server uses. */
    private final AtomicInteger used = new AtomicInteger();

    /** The number of handshakes that have ended. */
    private final AtomicInteger done = new AtomicInteger();

    private final AtomicBoolean ended = new AtomicBoolean();

    /** Limits how many handshakes run for each renewal. */
    private final Semaphore handshakes = new Semaphore(0);

    private final Map<X509Certificate, Integer> numbers = new HashMap<>();

    @ParameterizedTest
    @DisplayName("renewals in every way while clients connect: no handshake fails, and each sees a matching pair")
    @CsvSource({"BOUNCY_CASTLE, 100", "JSSE, 20"})
    void noHandshakeFails(Engine engine, int renewals) throws Exception {
        run(engine.provider, renewals);
    }

    enum Engine {
        BOUNCY_CASTLE(TlsEngineProvider.bouncyCastle()),
        JSSE(TlsEngineProvider.jsse());

        private final TlsEngineProvider provider;

        Engine(TlsEngineProvider provider) {
            this.provider = provider;
        }
    }

    private void run(TlsEngineProvider engine, int renewals) throws Exception {
        List<TlsIdentity> pairs = new ArrayList<>();
        for (int number = 0; number <= renewals; number++) {
            TlsIdentity pair = TestPki.goodServer(KIND).issuedBy(INTERMEDIATE).identity();
            numbers.put(pair.chain().getFirst(), number);
            pairs.add(pair);
        }
        TestPki.writePem(pairs.getFirst(), directory);
        TlsContext client =
                TestContexts.client(engine).trust(TestPki.trust(KIND)).build();
        try (WatchedIdentity watched = TlsIdentity.watch(
                        directory.resolve("chain.pem"),
                        directory.resolve("key.pem"),
                        WatchOptions.DEFAULT.withInterval(Duration.ofMillis(10)));
                TlsServer server = Servers.serving(TlsContext.builder()
                                .engine(engine)
                                .identity(watched)
                                .build())
                        .handler(Servers::echo)
                        .open(Transport.loopback());
                TlsSocket standing = Servers.connect(server, client)) {
            watched.addListener(new WatchListener<TlsIdentity>() {
                @Override
                public void renewed(TlsIdentity former, TlsIdentity current) {
                    used.set(number(current.chain()));
                }
            });
            Servers.assertEchoes(standing);
            List<Task<Void>> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(ThreadKind.VIRTUAL.start(() -> connectAgainAndAgain(server, client)));
            }
            for (int number = 1; number <= renewals; number++) {
                Replacement way = Replacement.values()[number % Replacement.values().length];
                int next = number;
                handshakes.release(HANDSHAKES_EACH / 2);
                written.set(number);
                way.replacePem(directory, pairs.get(number), Thread::yield);
                handshakes.release(HANDSHAKES_EACH / 2);
                // The clients may lag one renewal behind, so that handshakes always run while files are written.
                Task.eventually(() -> used.get() == next && done.get() >= (next - 1) * HANDSHAKES_EACH
                        || clients.stream().anyMatch(Task::isDone));
            }
            int total = renewals * HANDSHAKES_EACH;
            Task.eventually(() -> done.get() == total || clients.stream().anyMatch(Task::isDone));
            ended.set(true);
            handshakes.release(CLIENTS);
            for (Task<Void> task : clients) {
                task.get();
            }
            assertEquals(total, done.get());
            assertEquals(renewals, watched.statistics().renewals());
            assertTrue(watched.statistics().upToDate());
            assertEquals(0, server.statistics().handshakesFailed());
            Servers.assertEchoes(standing);
            assertEquals(0, number(standing.session().peerCertificates()));
        }
    }

    private @Nullable Void connectAgainAndAgain(TlsServer server, TlsContext client) throws Exception {
        while (true) {
            handshakes.acquire();
            if (ended.get()) {
                return null;
            }
            int oldest = used.get();
            try (TlsSocket socket = Servers.connect(server, client)) {
                Servers.assertEchoes(socket);
                int number = number(socket.session().peerCertificates());
                int newest = written.get();
                assertTrue(number >= oldest && number <= newest, oldest + " <= " + number + " <= " + newest);
            }
            done.incrementAndGet();
        }
    }

    /** Returns the number of a pair. Its chain must be complete. */
    private int number(List<X509Certificate> chain) {
        assertEquals(2, chain.size(), "a chain that is not cut");
        Integer number = numbers.get(chain.getFirst());
        assertNotNull(number);
        return number;
    }
}
