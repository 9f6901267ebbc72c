package io.parktls.bench.jmh.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.parktls.CipherSuite;
import io.parktls.NamedGroup;
import java.io.File;
import java.io.IOException;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests that the compared stacks do the same work. The check itself is {@link StackCheck}, which also runs before each
 * measurement.
 */
class StackCheckTest {
    private static final int LINKS = 50;

    @ParameterizedTest
    @EnumSource
    void ecdsa(Peer peer) throws Exception {
        assertNegotiates(peer, terms(KeyKind.ECDSA_P256, NamedGroup.X25519));
    }

    @ParameterizedTest
    @EnumSource
    void rsa(Peer peer) throws Exception {
        assertNegotiates(peer, terms(KeyKind.RSA_2048, NamedGroup.X25519));
    }

    @ParameterizedTest
    @EnumSource(names = {"PARKTLS", "TCNATIVE"})
    void hybrid(Peer peer) throws Exception {
        assertNegotiates(peer, terms(KeyKind.ECDSA_P256, NamedGroup.X25519MLKEM768));
    }

    @ParameterizedTest
    @EnumSource(
            names = {
                "PARKTLS",
                "PARKTLS_DIRECT",
                "PARKTLS_NATIVE",
                "SUN_JSSE",
                "SUN_JSSE_DIRECT",
                "TCNATIVE",
                "CONSCRYPT"
            })
    void resumed(Peer peer) throws Exception {
        try (Stack stack = StackCheck.open(
                peer, terms(KeyKind.ECDSA_P256, NamedGroup.X25519).resuming())) {
            Wire wire = stack.wire();
            for (int i = 0; i < LINKS; i++) {
                wire.watchServerHello();
                try (Link link = stack.connect(Pki.HOST)) {
                    link.handshake();
                    wire.requireResumed();
                }
            }
        }
    }

    /** Bouncy Castle 1.84 does not resume sessions of TLS 1.3. */
    @ParameterizedTest
    @EnumSource(names = {"BC_LIGHTWEIGHT", "BC_JCA", "BC_JSSE"})
    void aStackThatDoesNotResumeIsRefused(Peer peer) {
        Terms resuming = terms(KeyKind.ECDSA_P256, NamedGroup.X25519).resuming();

        IOException refusal = assertThrows(IOException.class, () -> StackCheck.open(peer, resuming));
        assertEquals("no session is resumed", refusal.getMessage());
    }

    @Test
    void aFullHandshakeIsNotTakenForAResumedOne() throws Exception {
        try (Stack stack = StackCheck.open(Peer.PARKTLS, terms(KeyKind.ECDSA_P256, NamedGroup.X25519))) {
            stack.wire().watchServerHello();
            try (Link link = stack.connect(Pki.HOST)) {
                link.handshake();
            }
            assertThrows(IOException.class, () -> stack.wire().requireResumed());
        }
    }

    static Stream<Arguments> bulk() {
        return Stream.of(Peer.values())
                .flatMap(peer -> Stream.of(CipherSuite.TLS_AES_256_GCM_SHA384, CipherSuite.TLS_CHACHA20_POLY1305_SHA256)
                        .map(suite -> arguments(peer, suite)));
    }

    @ParameterizedTest
    @MethodSource
    void bulk(Peer peer, CipherSuite suite) throws Exception {
        StackCheck.open(peer, new Terms(KeyKind.ECDSA_P256, NamedGroup.X25519, suite))
                .close();
    }

    @Test
    void aStackThatCannotNegotiateTheTermsIsRefused() {
        Terms hybrid = terms(KeyKind.ECDSA_P256, NamedGroup.X25519MLKEM768);

        assertThrows(IOException.class, () -> StackCheck.open(Peer.SUN_JSSE, hybrid));
    }

    /** Each engine of Conscrypt holds a pipe of the operating system, and a process soon runs out of pipes. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void closedLinksFreeTheirResources() throws Exception {
        try (Stack stack = StackCheck.open(Peer.CONSCRYPT, terms(KeyKind.ECDSA_P256, NamedGroup.X25519))) {
            int before = openFiles();
            for (int i = 0; i < LINKS; i++) {
                try (Link link = stack.connect(Pki.HOST)) {
                    link.handshake();
                }
            }
            assertTrue(openFiles() < before + LINKS, "file descriptors are left open");
        }
    }

    private static int openFiles() {
        return Objects.requireNonNull(new File("/proc/self/fd").list()).length;
    }

    private static Terms terms(KeyKind key, NamedGroup group) {
        return new Terms(key, group, CipherSuite.TLS_AES_128_GCM_SHA256);
    }

    private static void assertNegotiates(Peer peer, Terms terms) throws Exception {
        try (Stack stack = StackCheck.open(peer, terms)) {
            ServerHello hello = StackCheck.negotiated(stack);
            assertEquals(terms.group(), hello.group());
            assertEquals(terms.suite(), hello.suite());
        }
    }
}
