package io.parktls.signer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.ClientAuth;
import io.parktls.LocalSigner;
import io.parktls.SignatureScheme;
import io.parktls.TestContexts;
import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.TlsAlert;
import io.parktls.TlsContext;
import io.parktls.TlsFailure;
import io.parktls.TlsHandshakeException;
import io.parktls.TlsIdentity;
import io.parktls.TlsSigner;
import io.parktls.TlsTrust;
import io.parktls.TlsVersion;
import io.parktls.engine.EngineEnd;
import io.parktls.signer.SignerHandshakeTest.Engine;
import java.io.IOException;
import java.math.BigInteger;
import java.security.PrivateKey;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.util.BigIntegers;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that a signer that fails, or returns something else than a signature, ends only that handshake. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SignerFailureTest {
    private static final PrivateKey KEY = TestPki.server(KeyKind.ECDSA_P256).privateKey();

    /** An exception of another class than those that ParkTLS knows. */
    private static final class ServiceException extends Exception {
        private static final long serialVersionUID = 1L;

        ServiceException() {
            super("the key service has no such key");
        }
    }

    /** The fault. */
    enum Fault {
        CHECKED_EXCEPTION(ServiceException.class, "the key service has no such key") {
            @Override
            byte[] sign(SignatureScheme scheme, byte[] message) throws Exception {
                throw new ServiceException();
            }
        },
        IO_EXCEPTION(IOException.class, "connection refused by the test") {
            @Override
            byte[] sign(SignatureScheme scheme, byte[] message) throws IOException {
                throw new IOException("connection refused by the test");
            }
        },
        RUNTIME_EXCEPTION(IllegalStateException.class, "closed by the test") {
            @Override
            byte[] sign(SignatureScheme scheme, byte[] message) {
                throw new IllegalStateException("closed by the test");
            }
        },
        NULL(null, "null") {
            @Override
            @SuppressWarnings("NullAway") // The fault to test.
            byte[] sign(SignatureScheme scheme, byte[] message) {
                return null;
            }
        },
        EMPTY(null, "0 bytes") {
            @Override
            byte[] sign(SignatureScheme scheme, byte[] message) {
                return new byte[0];
            }
        },
        OTHER_KEY(null, "uses the private key of this certificate") {
            @Override
            byte[] sign(SignatureScheme scheme, byte[] message) throws Exception {
                return LocalSigner.sign(TestPki.client(KeyKind.ECDSA_P256).privateKey(), scheme, message);
            }
        },
        OTHER_MESSAGE(null, "signs the message itself") {
            @Override
            byte[] sign(SignatureScheme scheme, byte[] message) throws Exception {
                return LocalSigner.sign(KEY, scheme, new byte[32]);
            }
        },
        OTHER_HASH(null, "the algorithm of the scheme") {
            @Override
            byte[] sign(SignatureScheme scheme, byte[] message) throws Exception {
                return LocalSigner.sign(KEY, SignatureScheme.ECDSA_SECP521R1_SHA512, message);
            }
        },
        CUT_OFF(null, "wrong signature") {
            @Override
            byte[] sign(SignatureScheme scheme, byte[] message) throws Exception {
                byte[] whole = LocalSigner.sign(KEY, scheme, message);
                return Arrays.copyOf(whole, whole.length - 1);
            }
        },
        /** The format of IEEE P1363, which some key services use. */
        SIDE_BY_SIDE(null, "the DER encoding of r and s") {
            @Override
            byte[] sign(SignatureScheme scheme, byte[] message) throws Exception {
                byte[] both;
                do {
                    ASN1Sequence der = ASN1Sequence.getInstance(LocalSigner.sign(KEY, scheme, message));
                    BigInteger r = ASN1Integer.getInstance(der.getObjectAt(0)).getPositiveValue();
                    BigInteger s = ASN1Integer.getInstance(der.getObjectAt(1)).getPositiveValue();
                    both = new byte[64];
                    BigIntegers.asUnsignedByteArray(r, both, 0, 32);
                    BigIntegers.asUnsignedByteArray(s, both, 32, 32);
                    // Such a signature may happen to begin like DER.
                } while (both[0] == 0x30);
                return both;
            }
        };

        private final @Nullable Class<? extends Exception> cause;
        private final String reason;

        Fault(@Nullable Class<? extends Exception> cause, String reason) {
            this.cause = cause;
            this.reason = reason;
        }

        abstract byte[] sign(SignatureScheme scheme, byte[] message) throws Exception;
    }

    /** A signer that fails as long as the test wants. */
    private static final class Unreliable implements TlsSigner {
        private final Fault fault;
        private volatile boolean failing = true;
        private volatile byte[] message = {};

        Unreliable(Fault fault) {
            this.fault = fault;
        }

        @Override
        public byte[] sign(SignatureScheme scheme, byte[] toSign) throws Exception {
            message = toSign.clone();
            return failing ? fault.sign(scheme, toSign) : LocalSigner.sign(KEY, scheme, toSign);
        }
    }

    static Stream<Arguments> cases() {
        return Stream.of(Engine.values())
                .flatMap(engine -> Stream.of(TlsVersion.values())
                        .flatMap(version ->
                                Stream.of(Fault.values()).map(fault -> Arguments.of(engine, version, fault))));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aServersSigner(Engine engine, TlsVersion version, Fault fault) throws Exception {
        Unreliable signer = new Unreliable(fault);
        TlsContext server = TestContexts.server(engine.provider(), version)
                .identity(LocalSigner.identity(TestPki.server(KeyKind.ECDSA_P256), signer))
                .build();
        TlsContext client =
                TestContexts.client(Engine.BOUNCY_CASTLE.provider(), version).build();

        EngineEnd failing = EngineEnd.server(server);
        assertFails(failing, EngineEnd.client(client, TestContexts.HOST), signer);

        signer.failing = false;
        EngineEnd.connect(EngineEnd.client(client, TestContexts.HOST), EngineEnd.server(server));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aClientsSigner(Engine engine, TlsVersion version, Fault fault) throws Exception {
        Unreliable signer = new Unreliable(fault);
        TlsIdentity local = TestPki.server(KeyKind.ECDSA_P256);
        TlsContext client = TestContexts.client(engine.provider(), version)
                .identity(LocalSigner.identity(local, signer))
                .build();
        TlsContext server = TestContexts.server(Engine.BOUNCY_CASTLE.provider(), version)
                .trust(TlsTrust.insecure())
                .clientAuth(ClientAuth.REQUIRED)
                .build();

        EngineEnd failing = EngineEnd.client(client, TestContexts.HOST);
        assertFails(failing, EngineEnd.server(server), signer);

        signer.failing = false;
        EngineEnd.connect(EngineEnd.client(client, TestContexts.HOST), EngineEnd.server(server));
    }

    private static void assertFails(EngineEnd failing, EngineEnd peer, Unreliable signer) throws Exception {
        TlsHandshakeException failure =
                assertInstanceOf(TlsHandshakeException.class, failure(failing, peer), signer.fault.toString());
        String message = failure.getMessage();
        assertFalse(failure.isAlertReceived(), message);
        assertEquals(TlsAlert.INTERNAL_ERROR, failure.alert().orElseThrow(), message);
        assertTrue(message.contains(Unreliable.class.getName()), message);
        assertTrue(message.contains("ecdsa_secp256r1_sha256"), message);
        assertTrue(message.contains(signer.fault.reason), message);
        assertFalse(message.contains(HexFormat.of().formatHex(signer.message)), message);
        if (signer.fault.cause != null) {
            assertTrue(hasCause(failure, signer.fault.cause), () -> "no cause: " + failure);
        }

        TlsFailure received = assertInstanceOf(TlsFailure.class, failure(peer, failing));
        assertTrue(received.isAlertReceived(), received::toString);
        assertEquals(TlsAlert.INTERNAL_ERROR, received.alert().orElseThrow());
    }

    private static boolean hasCause(Throwable failure, Class<? extends Exception> type) {
        for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }

    /** Continues a handshake until one of the ends fails, and returns its failure. The other end may not fail. */
    private static SSLException failure(EngineEnd end, EngineEnd other) throws SSLException {
        for (int turn = 0; turn < 20; turn++) {
            end.receiveFrom(other);
            try {
                end.handshake();
            } catch (SSLException e) {
                return e;
            }
            other.receiveFrom(end);
            other.handshake();
        }
        throw new AssertionError("the handshake does not fail");
    }

    /** An interrupt is how a handshake's deadline ends a signer. The flag is kept for the thread's owner. */
    @ParameterizedTest
    @EnumSource
    void anInterruptEndsTheHandshakeAndIsKept(Engine engine) throws Exception {
        TlsSigner interrupted = (scheme, message) -> {
            Thread.currentThread().interrupt();
            Thread.sleep(1);
            throw new AssertionError("not interrupted");
        };
        TlsContext server = TestContexts.server(engine.provider(), TlsVersion.TLS_1_3)
                .identity(LocalSigner.identity(TestPki.server(KeyKind.ECDSA_P256), interrupted))
                .build();
        TlsContext client =
                TestContexts.client(engine.provider(), TlsVersion.TLS_1_3).build();
        EngineEnd failing = EngineEnd.server(server);
        SSLException failure = failure(failing, EngineEnd.client(client, TestContexts.HOST));
        assertTrue(Thread.interrupted());
        assertTrue(hasCause(failure, InterruptedException.class), () -> "no cause: " + failure);
    }
}
