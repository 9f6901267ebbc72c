package io.parktls.sockets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.parktls.TestContexts;
import io.parktls.TlsConnection;
import io.parktls.TlsContext;
import io.parktls.TlsStatus;
import io.parktls.bio.Bio;
import io.parktls.bio.NotifyingBio;
import io.parktls.engine.TlsEngineProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests on which threads handshakes compute. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class HandshakeGateTest {
    /** Whether the last signature of a server was computed in a virtual thread. */
    private volatile boolean virtual;

    private final TlsContext server = TestContexts.server(TlsEngineProvider.bouncyCastle(
                    new SigningProvider(() -> virtual = Thread.currentThread().isVirtual())))
            .build();
    private final TlsContext client = Servers.client();

    @Test
    void shortStepsArePerformedByTheConnectionsOwnThread() throws Exception {
        int processors = Runtime.getRuntime().availableProcessors();
        assumeTrue(processors > 1, "with one processor there is no carrier to spare");
        try (HandshakeGate gate = new HandshakeGate(processors, 10, Long.MAX_VALUE)) {
            for (int i = 0; i < StepTimeEstimate.WINDOW; i++) {
                shakeHands(gate);
                assertTrue(virtual);
            }
        }
    }

    @Test
    void longStepsArePerformedByAWorker() throws Exception {
        try (HandshakeGate gate = new HandshakeGate(Runtime.getRuntime().availableProcessors(), 10, 1)) {
            for (int i = 0; i < StepTimeEstimate.WINDOW; i++) {
                shakeHands(gate);
            }
            shakeHands(gate);
            assertFalse(virtual);
        }
    }

    @Test
    void theLastPermitIsAWorkers() throws Exception {
        try (HandshakeGate gate = new HandshakeGate(1, 10, Long.MAX_VALUE)) {
            shakeHands(gate);
            assertFalse(virtual);
            assertEquals(0, gate.queued());
        }
    }

    private void shakeHands(HandshakeGate gate) throws Exception {
        Bio[] pair = Bio.pair(20_000);
        TlsConnection accepted = server.accept(pair[1]);
        NotifiedParking parking = new NotifiedParking((NotifyingBio) pair[1]);
        Task<TlsStatus> serving =
                ThreadKind.VIRTUAL.start(() -> gate.handshake(accepted, false, new HandshakeWaiter(parking, 0)));
        try (TlsSocket socket = TlsSocket.over(client.connect(pair[0], TestContexts.HOST, 0))) {
            socket.doHandshake();
            assertEquals(TlsStatus.OK, serving.get());
        }
        accepted.abort();
    }
}
