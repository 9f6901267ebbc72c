package io.parktls.sockets;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.TestContexts;
import io.parktls.TlsVersion;
import io.parktls.bio.Bio;
import io.parktls.engine.TlsEngineProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests two ends that close at the same time, over a pipe that holds less than a close_notify record. */
final class SimultaneousCloseTest {
    private static final int CAPACITY = 17;

    static Stream<Arguments> connections() {
        return Stream.of(TlsVersion.values())
                .flatMap(version -> Stream.of(TlsEngineProvider.bouncyCastle(), TlsEngineProvider.jsse())
                        .map(engine -> Arguments.of(engine, version)));
    }

    /** Longer than the test may take, since neither end may wait for this timeout to expire. */
    @ParameterizedTest
    @MethodSource("connections")
    @Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    @Tag("H2")
    @DisplayName("H2 two ends that close at the same time do not wait for each other to read")
    void neitherEndWaits(TlsEngineProvider engine, TlsVersion version) throws Exception {
        for (int i = 0; i < 20; i++) {
            List<TlsSocket> ends = established(engine, version);
            List<Task<Void>> closing = new ArrayList<>();
            for (TlsSocket end : ends) {
                closing.add(ThreadKind.VIRTUAL.run(() -> end.close(Duration.ofMinutes(10))));
            }
            for (Task<Void> task : closing) {
                task.get();
            }
            for (TlsSocket end : ends) {
                assertTrue(end.connection().isCloseNotifyReceived());
            }
        }
    }

    private static List<TlsSocket> established(TlsEngineProvider engine, TlsVersion version) throws Exception {
        Bio[] pair = Bio.pair(CAPACITY);
        TlsSocket client =
                TlsSocket.over(TestContexts.client(engine, version).build().connect(pair[0], TestContexts.HOST, 0));
        TlsSocket server =
                TlsSocket.over(TestContexts.server(engine, version).build().accept(pair[1]));
        // Also reads the session tickets that the server has not sent yet.
        Task<Void> answer = ThreadKind.VIRTUAL.run(() -> server.outputStream().write(1));
        assertTrue(client.inputStream().read() == 1);
        answer.get();
        return List.of(client, server);
    }
}
