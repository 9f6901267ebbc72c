package io.parktls.wire;

import static io.parktls.wire.ReframedPeer.CHANGE_CIPHER_SPEC;
import static io.parktls.wire.ReframedPeer.HANDSHAKE;
import static io.parktls.wire.ReframedPeer.clear;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.parktls.CipherSuite;
import io.parktls.ResumableSession;
import io.parktls.TestContexts;
import io.parktls.TlsAlert;
import io.parktls.TlsHandshakeException;
import io.parktls.TlsVersion;
import io.parktls.engine.EditableHello;
import io.parktls.engine.EngineEnd;
import io.parktls.engine.TlsEngineProvider;
import io.parktls.wire.ReframedPeer.Setting;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * ServerHellos that resume a session which the client did not offer, or resume one otherwise than the client may
 * accept. The messages that may follow are in {@link HandshakeFramingTest}.
 */
@Timeout(60)
final class ResumedServerHelloTest {
    private static final Setting FULL_13 = Setting.of(TlsVersion.TLS_1_3, false);
    private static final Setting FULL_12 = Setting.of(TlsVersion.TLS_1_2, false);
    private static final Setting RESUMED_13 = FULL_13.withResumption();
    private static final Setting RESUMED_12 = FULL_12.withResumption();

    private static final int PRE_SHARED_KEY = 41;
    private static final int SESSION_TICKET = 35;

    private static final byte[] CHANGE = {1};

    /** NewSessionTicket of TLS 1.2 with a lifetime of an hour and a ticket of 4 bytes (RFC 5077 3.3). */
    private static final byte[] TICKET_12 = {4, 0, 0, 10, 0, 0, 14, 16, 0, 4, 1, 2, 3, 4};

    /** A change of the honest server's ServerHello. */
    private interface Change {
        void of(EditableHello hello);
    }

    /** Returns the verdict of a client on a changed ServerHello and the records after it. */
    private static String verdict(ReframedPeer peer, Change change, byte[]... after) throws Exception {
        EditableHello hello = EditableHello.of(peer.record(peer.flight().getFirst()));
        change.of(hello);
        byte[][] records = new byte[1 + after.length][];
        records[0] = hello.record();
        System.arraycopy(after, 0, records, 1, after.length);
        return peer.verdict(records);
    }

    private static String verdict(Setting setting, Change change, byte[]... after) throws Exception {
        return verdict(new ReframedPeer(setting), change, after);
    }

    // ---- TLS 1.3

    @ParameterizedTest(name = "asks for tickets: {0}")
    @ValueSource(booleans = {false, true})
    @DisplayName("a ServerHello selects a pre-shared key, but the client offered none: RFC 8446 4.2")
    void keyThatWasNotOffered(boolean asksForTickets) throws Exception {
        ReframedPeer peer = new ReframedPeer(
                FULL_13, client -> asksForTickets ? ResumableSession.caching(client.build()) : client.build());
        assertEquals(">unsupported_extension", verdict(peer, hello -> hello.with(PRE_SHARED_KEY, 0, 0)));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 0x100, 0xFFFF})
    @DisplayName("selected_identity is not among those that the client offered: RFC 8446 4.2.11")
    void otherIdentity(int identity) throws Exception {
        assertEquals(
                ">illegal_parameter",
                verdict(RESUMED_13, hello -> hello.with(PRE_SHARED_KEY, identity >>> 8, identity & 0xFF)));
    }

    @Test
    @DisplayName("a cipher suite whose hash is not that of the selected key: RFC 8446 4.2.11")
    void otherHash() throws Exception {
        ReframedPeer peer = new ReframedPeer(
                RESUMED_13,
                client -> client.cipherSuites(CipherSuite.TLS_AES_128_GCM_SHA256, CipherSuite.TLS_AES_256_GCM_SHA384)
                        .build());
        assertEquals(
                ">illegal_parameter",
                verdict(peer, hello -> hello.suites[0] = CipherSuite.TLS_AES_256_GCM_SHA384.code()));
    }

    @Test
    @DisplayName("a key without key_share: this client offers psk_dhe_ke only (RFC 8446 4.2.9)")
    void withoutKeyShare() throws Exception {
        assertEquals(">missing_extension", verdict(RESUMED_13, hello -> hello.without(EditableHello.KEY_SHARE)));
    }

    @Test
    @DisplayName("a HelloRetryRequest does not select a key: RFC 8446 4.2")
    void keyInHelloRetryRequest() throws Exception {
        assertEquals(">illegal_parameter", verdict(RESUMED_13.withRetry(), hello -> hello.with(PRE_SHARED_KEY, 0, 0)));
    }

    // ---- TLS 1.2

    @Test
    @DisplayName("change_cipher_spec after a ServerHello whose session id the client did not offer: RFC 5246 7.3")
    void sessionThatWasNotOffered() throws Exception {
        byte[] change = clear(CHANGE_CIPHER_SPEC, CHANGE);
        for (Setting setting : new Setting[] {FULL_12, RESUMED_12}) {
            assertEquals(
                    ">unexpected_message",
                    verdict(setting, hello -> hello.sessionId = HelloBytes.filled(32, 7), change),
                    setting.toString());
            assertEquals(
                    ">unexpected_message",
                    verdict(setting, hello -> hello.sessionId = new byte[0], change),
                    setting.toString());
        }
    }

    @Test
    @DisplayName("the legacy_session_id of a client that supports TLS 1.3 is no session of TLS 1.2: RFC 8446 4.1.2")
    void legacySessionId() throws Exception {
        EngineEnd client = EngineEnd.client(
                TestContexts.client(TlsEngineProvider.bouncyCastle()).build(), TestContexts.HOST);
        client.handshake();
        byte[] legacy = EditableHello.of(client.drain()).sessionId;
        HelloBytes answer = HelloBytes.server12().sessionId(WireBytes.vector(1, legacy));
        client.receive(answer.record());
        client.receive(clear(CHANGE_CIPHER_SPEC, CHANGE));
        TlsHandshakeException failure = assertThrows(TlsHandshakeException.class, client::handshake);
        assertEquals(Optional.of(TlsAlert.UNEXPECTED_MESSAGE), failure.alert(), failure::toString);
    }

    @Test
    @DisplayName("a resumed session keeps its cipher suite: RFC 5246 7.4.1.3")
    void otherSuite() throws Exception {
        ReframedPeer peer = new ReframedPeer(
                RESUMED_12,
                client -> client.cipherSuites(
                                CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
                                CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384)
                        .build());
        assertEquals(
                ">illegal_parameter",
                verdict(peer, hello -> hello.suites[0] = CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384.code()));
    }

    @Test
    @DisplayName("a resumed session keeps its extended master secret: RFC 7627 5.3")
    void withoutExtendedMasterSecret() throws Exception {
        assertEquals(
                ">handshake_failure",
                verdict(RESUMED_12, hello -> hello.without(EditableHello.EXTENDED_MASTER_SECRET)));
    }

    @Test
    @DisplayName("a NewSessionTicket of TLS 1.2 that the ServerHello did not announce: RFC 5077 3.3")
    void unannouncedTicket() throws Exception {
        assertEquals(
                ">unexpected_message",
                verdict(RESUMED_12, hello -> hello.without(SESSION_TICKET), clear(HANDSHAKE, TICKET_12)));
    }

    @Test
    @DisplayName("a second NewSessionTicket of TLS 1.2: RFC 5077 3.1")
    void secondTicket() throws Exception {
        byte[] ticket = clear(HANDSHAKE, TICKET_12);
        assertEquals("more", verdict(RESUMED_12, hello -> hello.with(SESSION_TICKET), ticket));
        assertEquals(">unexpected_message", verdict(RESUMED_12, hello -> hello.with(SESSION_TICKET), ticket, ticket));
        byte[] both = Arrays.copyOf(TICKET_12, 2 * TICKET_12.length);
        System.arraycopy(TICKET_12, 0, both, TICKET_12.length, TICKET_12.length);
        assertEquals(
                ">unexpected_message",
                verdict(RESUMED_12, hello -> hello.with(SESSION_TICKET), clear(HANDSHAKE, both)));
    }

    @Test
    @DisplayName("a malformed NewSessionTicket in a resumed handshake of TLS 1.2: decode_error")
    void malformedTicket() throws Exception {
        for (byte[] malformed : new byte[][] {
            {4, 0, 0, 0}, {4, 0, 0, 3, 0, 0, 0}, {4, 0, 0, 6, 0, 0, 0, 1, 0, 9}, {4, 0, 0, 7, 0, 0, 0, 1, 0, 0, 1}
        }) {
            assertEquals(
                    ">decode_error",
                    verdict(RESUMED_12, hello -> hello.with(SESSION_TICKET), clear(HANDSHAKE, malformed)));
        }
    }
}
