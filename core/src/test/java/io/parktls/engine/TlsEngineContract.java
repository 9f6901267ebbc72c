package io.parktls.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.parktls.TestContexts;
import io.parktls.TlsAlert;
import io.parktls.TlsContext;
import io.parktls.TlsFailure;
import io.parktls.TlsStatus;
import io.parktls.TlsVersion;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Random;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;

/** The contract of {@link TlsEngine}, tested with two engines and byte buffers, without a connection. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class TlsEngineContract {
    static final int ALERT = 21;
    static final int HANDSHAKE = 22;
    static final int APPLICATION_DATA = 23;

    final EngineProfile profile;

    TlsEngineContract(EngineProfile profile) {
        this.profile = profile;
    }

    final EngineEnd client(TlsContext.Builder builder) {
        return EngineEnd.client(builder.build(), TestContexts.HOST);
    }

    final EngineEnd server(TlsContext.Builder builder) {
        return EngineEnd.server(builder.build());
    }

    final TlsContext.Builder clientContext(TlsVersion... versions) {
        return TestContexts.client(profile.engine(), versions);
    }

    final TlsContext.Builder serverContext(TlsVersion... versions) {
        return TestContexts.server(profile.engine(), versions);
    }

    /** Two ends that have completed the handshake. */
    record Pair(EngineEnd client, EngineEnd server) {}

    final Pair connected(TlsContext.Builder clientContext, TlsContext.Builder serverContext) throws SSLException {
        EngineEnd client = client(clientContext);
        EngineEnd server = server(serverContext);
        EngineEnd.connect(client, server);
        return new Pair(client, server);
    }

    final Pair connected(TlsVersion version) throws SSLException {
        return connected(clientContext(version), serverContext(version));
    }

    static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    static <T extends SSLException & TlsFailure> T assertFails(
            Class<T> type, TlsAlert alert, boolean received, Executable operation) {
        T failure = assertThrows(type, operation);
        assertEquals(Optional.ofNullable(alert), failure.alert(), failure.toString());
        assertEquals(received, failure.isAlertReceived(), failure.toString());
        return failure;
    }

    static void assertPlainAlert(TlsAlert alert, EngineEnd end) throws SSLException {
        if (end.engine().hasReply()) {
            assertEquals(TlsStatus.OK, end.engine().reply(end.out()));
        }
        assertArrayEquals(EngineEnd.record(ALERT, TlsAlert.LEVEL_FATAL, alert.code()), end.drain());
        assertFalse(end.engine().hasReply());
    }
}
