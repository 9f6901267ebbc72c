package io.parktls.sockets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.TestContexts;
import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.TlsAlert;
import io.parktls.TlsFailure;
import io.parktls.TlsIdentity;
import io.parktls.TlsPeerUnverifiedException;
import io.parktls.TlsVersion;
import io.parktls.engine.TlsEngineProvider;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Clients verify whom they talk to, unless told otherwise by a name that says so. */
@Tag("H11")
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class UntrustedServerTest {
    /** What may be wrong with a server's certificate. */
    enum Wrong {
        HOST(TestPki::wrongHost, TlsAlert.BAD_CERTIFICATE),
        EXPIRED(TestPki::expired, TlsAlert.CERTIFICATE_EXPIRED),
        NOT_YET_VALID(TestPki::notYetValid, TlsAlert.CERTIFICATE_EXPIRED),
        UNKNOWN_CA(TestPki::unknownCa, TlsAlert.UNKNOWN_CA),
        SELF_SIGNED(TestPki::selfSigned, TlsAlert.UNKNOWN_CA),
        USAGE(TestPki::wrongExtendedKeyUsage, TlsAlert.UNSUPPORTED_CERTIFICATE);

        private final Function<KeyKind, TlsIdentity> identity;
        private final TlsAlert alert;

        Wrong(Function<KeyKind, TlsIdentity> identity, TlsAlert alert) {
            this.identity = identity;
            this.alert = alert;
        }
    }

    static Stream<Arguments> wrongs() {
        return Stream.of(TlsEngineProvider.bouncyCastle(), TlsEngineProvider.jsse())
                .flatMap(engine -> Stream.of(TlsVersion.values())
                        .flatMap(version -> Stream.of(Wrong.values())
                                .map(wrong -> Arguments.of(engine.name(), engine, version, wrong))));
    }

    @ParameterizedTest(name = "{0} {2} {3}")
    @MethodSource("wrongs")
    @DisplayName("H11 no byte of the client's reaches a server that is not whom it should be")
    void refused(String name, TlsEngineProvider engine, TlsVersion version, Wrong wrong) throws Exception {
        try (SocketPair pair = Transport.TCP.open(
                TestContexts.client(engine, version).build(),
                TestContexts.server(engine, version)
                        .identity(wrong.identity.apply(KeyKind.ECDSA_P256))
                        .build())) {
            Task<Integer> serving = ThreadKind.VIRTUAL.start(() -> pair.server().read(ByteBuffer.allocate(10)));
            TlsPeerUnverifiedException failure = assertThrows(
                    TlsPeerUnverifiedException.class, () -> pair.client().write(ByteBuffer.allocate(10)));
            assertTrue(failure.alert().isPresent(), failure::toString);
            if (engine == TlsEngineProvider.bouncyCastle()) {
                assertEquals(Optional.of(wrong.alert), failure.alert(), failure::toString);
            }
            pair.client().close();
            TlsFailure seen = assertInstanceOf(TlsFailure.class, serving.failure());
            assertTrue(seen.isAlertReceived(), seen::toString);
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("H11 only who says verifyHost(false) talks to a server of another name")
    void notVerifying(TlsVersion version) throws Exception {
        TlsEngineProvider engine = TlsEngineProvider.bouncyCastle();
        try (SocketPair pair = Transport.TCP.open(
                TestContexts.client(engine, version).verifyHost(false).build(),
                TestContexts.server(engine, version)
                        .identity(TestPki.wrongHost(KeyKind.ECDSA_P256))
                        .build())) {
            pair.established();
        }
    }
}
