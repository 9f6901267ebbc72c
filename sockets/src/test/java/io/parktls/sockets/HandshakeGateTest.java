package io.parktls.sockets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.parktls.ClientAuth;
import io.parktls.TestContexts;
import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.TlsConnection;
import io.parktls.TlsContext;
import io.parktls.TlsStatus;
import io.parktls.TlsTrust;
import io.parktls.bio.Bio;
import io.parktls.bio.NotifyingBio;
import java.security.cert.X509Certificate;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** On what threads handshakes compute. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class HandshakeGateTest {
    /** Tells where the last client certificate was verified. */
    private static final class Where implements X509TrustManager {
        volatile boolean virtual;

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {
            virtual = Thread.currentThread().isVirtual();
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {
            throw new UnsupportedOperationException();
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    private final Where where = new Where();
    private final TlsContext server = TestContexts.server(Servers.ENGINE)
            .trust(TlsTrust.of(where))
            .clientAuth(ClientAuth.REQUIRED)
            .build();
    private final TlsContext client = TestContexts.client(Servers.ENGINE)
            .identity(TestPki.client(KeyKind.ECDSA_P256))
            .build();

    @Test
    void shortStepsAreTakenByTheConnectionsOwnThread() throws Exception {
        int processors = Runtime.getRuntime().availableProcessors();
        assumeTrue(processors > 1, "with one processor there is no carrier to spare");
        try (HandshakeGate gate = new HandshakeGate(processors, 10, Long.MAX_VALUE)) {
            for (int i = 0; i < StepTimes.WINDOW; i++) {
                shakeHands(gate);
                assertTrue(where.virtual);
            }
        }
    }

    @Test
    void longStepsAreTakenByAWorker() throws Exception {
        try (HandshakeGate gate = new HandshakeGate(Runtime.getRuntime().availableProcessors(), 10, 1)) {
            for (int i = 0; i < StepTimes.WINDOW; i++) {
                shakeHands(gate);
            }
            shakeHands(gate);
            assertFalse(where.virtual);
        }
    }

    @Test
    void theLastPlaceIsAWorkers() throws Exception {
        try (HandshakeGate gate = new HandshakeGate(1, 10, Long.MAX_VALUE)) {
            shakeHands(gate);
            assertFalse(where.virtual);
            assertEquals(0, gate.queued());
        }
    }

    private void shakeHands(HandshakeGate gate) throws Exception {
        Bio[] pair = Bio.pair(20_000);
        TlsConnection accepted = server.accept(pair[1]);
        NotifiedParking parking = new NotifiedParking((NotifyingBio) pair[1]);
        Task<TlsStatus> serving =
                ThreadKind.VIRTUAL.start(() -> gate.handshake(accepted, false, Waiter.of(parking, "handshake", 0)));
        try (TlsSocket socket = TlsSocket.over(client.connect(pair[0], TestContexts.HOST, 0))) {
            socket.doHandshake();
            assertEquals(TlsStatus.OK, serving.get());
        }
        accepted.abort();
    }
}
