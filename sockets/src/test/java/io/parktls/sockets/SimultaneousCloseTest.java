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

/** Both ends say goodbye at the same time, through a pipe that is narrower than close_notify. */
final class SimultaneousCloseTest {
    private static final int CAPACITY = 17;

    static Stream<Arguments> connections() {
        return Stream.of(TlsVersion.values())
                .flatMap(version -> Stream.of(TlsEngineProvider.bouncyCastle(), TlsEngineProvider.jsse())
                        .map(engine -> Arguments.of(engine, version)));
    }

    /** The limit is longer than the test may take: neither end may wait for it. */
    @ParameterizedTest
    @MethodSource("connections")
    @Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    @Tag("H2")
    @DisplayName("H2 two ends that close in agreement do not wait for each other to read")
    void inAgreement(TlsEngineProvider engine, TlsVersion version) throws Exception {
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
        // What the server leaves over (session tickets) is to be read too.
        Task<Void> answer = ThreadKind.VIRTUAL.run(() -> server.outputStream().write(1));
        assertTrue(client.inputStream().read() == 1);
        answer.get();
        return List.of(client, server);
    }
}
