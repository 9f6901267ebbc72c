package io.parktls.sockets;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.parktls.TestContexts;
import io.parktls.TlsContext;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests that application code that blocks in a server's handshake delays only that handshake. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ForeignCodeTest {
    private static final int HELD = 8 + 2 * Runtime.getRuntime().availableProcessors();

    private final HeldCode code = new HeldCode(true);
    private final List<TlsSocket> sockets = new ArrayList<>();

    @AfterEach
    void release() throws Exception {
        code.release();
        abortClients();
        ForeignCodeKind.forgetTokens();
    }

    @ParameterizedTest
    @EnumSource
    @Tag("H16")
    @DisplayName("H16 handshakes without blocking code complete while others block")
    void otherHandshakesContinue(ForeignCodeKind kind) throws Exception {
        TlsContext slow = kind.server(code);
        TlsContext fast = TestContexts.server(Servers.ENGINE).build();
        try (TlsServer server = TlsServer.builder(fast)
                .handshakeTimeout(Task.HANG.multipliedBy(2))
                .handler(Servers::echo)
                .open(Transport.loopback())) {
            TlsSocket established = Servers.connect(server);
            sockets.add(established);
            Servers.assertEchoes(established);

            server.context(slow);
            code.arm();
            List<Task<Void>> held = new ArrayList<>();
            for (int i = 0; i < HELD; i++) {
                TlsSocket socket = Servers.connect(server, kind.client());
                sockets.add(socket);
                held.add(ThreadKind.VIRTUAL.run(() -> Servers.assertEchoes(socket)));
            }
            Task.eventually(() -> code.waiting() == HELD);
            // A step that is admitted may enter the blocking code before it is taken off the count.
            Task.eventually(() -> server.statistics().queued() == 0);

            server.context(fast);
            for (int i = 0; i < 10; i++) {
                Servers.assertServes(server);
            }
            Servers.assertEchoes(established);
            assertEquals(HELD, code.waiting());

            code.release();
            for (Task<Void> task : held) {
                task.get();
            }
            abortClients();
        }
    }

    private void abortClients() throws IOException {
        for (TlsSocket socket : sockets) {
            socket.abort();
        }
    }
}
