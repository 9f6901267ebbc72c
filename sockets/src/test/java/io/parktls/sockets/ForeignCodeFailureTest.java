package io.parktls.sockets;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.Logged;
import io.parktls.TestContexts;
import io.parktls.TlsAlert;
import io.parktls.TlsContext;
import io.parktls.TlsFailure;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.logging.log4j.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** H16: tests that an exception of application code ends its handshake with an alert, and affects nothing else. */
@Tag("H16")
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ForeignCodeFailureTest {
    private static final Set<TlsAlert> FITTING =
            EnumSet.of(TlsAlert.INTERNAL_ERROR, TlsAlert.CERTIFICATE_UNKNOWN, TlsAlert.HANDSHAKE_FAILURE);

    enum Thrown {
        EXCEPTION {
            @Override
            Throwable make() {
                return new IllegalStateException("thrown by the test");
            }
        },
        UNDECLARED {
            @Override
            Throwable make() {
                return new IOException("thrown by the test");
            }
        },
        ERROR {
            @Override
            Throwable make() {
                return new AssertionError("thrown by the test");
            }
        };

        abstract Throwable make();
    }

    record Case(ForeignCodeKind kind, Thrown thrown) {}

    static Stream<Case> cases() {
        return Stream.of(ForeignCodeKind.values())
                .flatMap(kind -> Stream.of(Thrown.values()).map(thrown -> new Case(kind, thrown)));
    }

    private volatile boolean armed;

    @AfterEach
    void forgetTokens() {
        ForeignCodeKind.forgetTokens();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theClientGetsAnAlertAndOthersAreServed(Case c) throws Exception {
        TlsContext failing = c.kind().server(() -> {
            if (armed) {
                sneak(c.thrown().make());
            }
        });
        armed = true;
        try (Logged logged = Logged.of(TlsServer.class, Level.INFO);
                TlsServer server = TlsServer.builder(failing)
                        .handshakeTimeout(Task.HANG)
                        .handler(Servers::echo)
                        .open(Transport.loopback())) {
            try (TlsSocket socket = Servers.connect(server, c.kind().client())) {
                IOException failure = assertThrows(IOException.class, () -> Servers.assertEchoes(socket));
                TlsFailure typed = assertInstanceOf(TlsFailure.class, failure);
                assertTrue(typed.isAlertReceived(), failure::toString);
                assertTrue(FITTING.contains(typed.alert().orElseThrow()), failure::toString);
            }
            Task.eventually(() -> server.statistics().handshakesFailed() == 1);
            Task.eventually(() -> server.statistics().queued() == 0);
            assertTrue(logged.lines().stream().allMatch(line -> line.startsWith("INFO")), logged::toString);
            server.context(TestContexts.server(Servers.ENGINE).build());
            Servers.assertServes(server);
        }
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneak(Throwable thrown) throws T {
        throw (T) thrown;
    }
}
