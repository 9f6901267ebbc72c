package io.parktls.sockets;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.parktls.ClientAuth;
import io.parktls.LocalSigner;
import io.parktls.SignatureScheme;
import io.parktls.TestContexts;
import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.TlsContext;
import io.parktls.TlsIdentity;
import io.parktls.TlsSigner;
import io.parktls.TlsVersion;
import io.parktls.engine.TlsEngineProvider;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Tests that handshakes wait for a remote signer at the same time: many of them take about as long as one. The signer
 * of these tests answers none before all have asked, so a limit on the number of waiting handshakes would end in a
 * failure.
 */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class RemoteSignerTest {
    private static final int HANDSHAKES = 200;

    /** Fewer, because clients and servers compute more if both authenticate. */
    private static final int MUTUAL_HANDSHAKES = 40;

    /** A service that answers when it has received all requests. */
    private static final class SlowService implements TlsSigner {
        private final TlsSigner local;
        private final CountDownLatch missing;

        SlowService(TlsIdentity identity, int handshakes) {
            this.local = new LocalSigner(identity.privateKey());
            this.missing = new CountDownLatch(handshakes);
        }

        @Override
        public byte[] sign(SignatureScheme scheme, byte[] message) throws Exception {
            byte[] signature = local.sign(scheme, message);
            missing.countDown();
            if (!missing.await(Task.HANG.toSeconds(), TimeUnit.SECONDS)) {
                throw new IOException(missing.getCount() + " handshakes have not asked for a signature");
            }
            return signature;
        }
    }

    @ParameterizedTest
    @CsvSource({"bouncyCastle, TLS_1_3", "jsse, TLS_1_3"})
    void aServersHandshakesWaitTogether(String engine, TlsVersion version) throws Exception {
        SlowService service = new SlowService(TestPki.server(KeyKind.ECDSA_P256), HANDSHAKES);
        TlsContext context = TestContexts.server(engine(engine), version)
                .identity(LocalSigner.identity(TestPki.server(KeyKind.ECDSA_P256), service))
                .build();
        assertAllServed(context, Servers.client(), HANDSHAKES);
        assertEquals(0, service.missing.getCount());
    }

    @ParameterizedTest
    @CsvSource({"bouncyCastle, TLS_1_3", "bouncyCastle, TLS_1_2", "jsse, TLS_1_3"})
    void clientsHandshakesWaitTogether(String engine, TlsVersion version) throws Exception {
        SlowService service = new SlowService(TestPki.client(KeyKind.ECDSA_P256), MUTUAL_HANDSHAKES);
        TlsContext context = TestContexts.server(Servers.ENGINE, version)
                .trust(TestPki.trust())
                .clientAuth(ClientAuth.REQUIRED)
                .build();
        TlsContext client = TestContexts.client(engine(engine), version)
                .identity(LocalSigner.identity(TestPki.client(KeyKind.ECDSA_P256), service))
                .build();
        assertAllServed(context, client, MUTUAL_HANDSHAKES);
        assertEquals(0, service.missing.getCount());
    }

    private static TlsEngineProvider engine(String name) {
        return name.equals("jsse") ? TlsEngineProvider.jsse() : Servers.ENGINE;
    }

    private static void assertAllServed(TlsContext context, TlsContext client, int handshakes) throws Exception {
        try (TlsServer server = TlsServer.builder(context)
                .handshakeTimeout(Task.HANG.multipliedBy(2))
                .handler(Servers::echo)
                .open(Transport.loopback())) {
            List<Task<Void>> tasks = new ArrayList<>();
            for (int i = 0; i < handshakes; i++) {
                tasks.add(ThreadKind.VIRTUAL.run(() -> {
                    try (TlsSocket socket = Servers.connect(server, client)) {
                        Servers.assertEchoes(socket);
                    }
                }));
            }
            for (Task<Void> task : tasks) {
                task.get();
            }
        }
    }
}
