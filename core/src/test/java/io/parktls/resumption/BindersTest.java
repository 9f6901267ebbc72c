package io.parktls.resumption;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.CipherSuite;
import io.parktls.NamedGroup;
import io.parktls.TlsAlert;
import io.parktls.TlsHandshakeException;
import io.parktls.TlsTicketKeys;
import io.parktls.TlsTicketRefusal;
import io.parktls.TlsVersion;
import io.parktls.engine.EditableHello;
import io.parktls.engine.EngineEnd;
import io.parktls.engine.bouncycastle.Binders;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The pre_shared_key extension of TLS 1.3 as a server receives it: tickets, binders, and HelloRetryRequest. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BindersTest {
    private static final int ALERT = 21;

    private final Endpoints ends = new Endpoints(TlsVersion.TLS_1_3);

    /** The secrets of the tickets, which the client's handshake overwrites in the end. */
    private final Map<String, byte[]> secrets = new HashMap<>();

    @BeforeEach
    void makeSession() throws SSLException {
        ends.server(builder -> builder.cipherSuites(CipherSuite.TLS_AES_128_GCM_SHA256));
        start();
    }

    private void start() throws SSLException {
        ends.cache().clear();
        ends.start();
        ends.sessions().forEach(session -> secrets.put(HexFormat.of().formatHex(session.ticket()), session.secret()));
    }

    private void assertRefused(byte[] hello, TlsAlert... alerts) throws SSLException {
        EngineEnd server = ends.serverEnd();
        server.receive(hello);
        TlsHandshakeException failure = assertThrows(TlsHandshakeException.class, server::handshake);
        TlsAlert alert = failure.alert().orElseThrow();
        assertTrue(List.of(alerts).contains(alert), failure::toString);
        assertArrayEquals(EngineEnd.record(ALERT, TlsAlert.LEVEL_FATAL, alert.code()), server.drain());
    }

    // ---- binders

    @Test
    void aWrongBinder() throws SSLException {
        byte[] hello = ends.hello().drain();
        for (int at : new int[] {1, 2, 17, 31, 32}) {
            byte[] altered = hello.clone();
            altered[hello.length - at] ^= 0x10;
            assertRefused(altered, TlsAlert.DECRYPT_ERROR);
        }
        assertEquals(Map.of(), ends.server.sessionStatistics().refused(), "the ticket itself is valid");
    }

    /** The binder covers the whole ClientHello. */
    @Test
    void anAlteredHello() throws SSLException {
        byte[] hello = ends.hello().drain();
        int random = 5 + 4 + 2;
        hello[random] ^= 1;
        assertRefused(hello, TlsAlert.DECRYPT_ERROR);
    }

    @Test
    void anAlteredAge() throws SSLException {
        byte[] hello = ends.hello().drain();
        OfferedTickets offered = Objects.requireNonNull(OfferedTickets.of(hello));
        OfferedTickets.Identity identity = offered.identities.getFirst();
        offered.identities.set(0, new OfferedTickets.Identity(identity.ticket(), identity.age() + 1));
        assertRefused(offered.in(hello), TlsAlert.DECRYPT_ERROR);
    }

    /** The client has another secret than the ticket: its binder is wrong, and the session is of no use. */
    @Test
    void aClientWithAnotherSecret() throws SSLException {
        ends.alterSessions(session -> {
            session.secret()[0] ^= 1;
            return session;
        });
        EngineEnd client = ends.hello();
        EngineEnd server = ends.serverEnd();
        server.receiveFrom(client);
        assertThrows(TlsHandshakeException.class, server::handshake);
        client.receiveFrom(server);
        TlsHandshakeException failure = assertThrows(TlsHandshakeException.class, client::handshake);
        assertEquals(Optional.of(TlsAlert.DECRYPT_ERROR), failure.alert());
        assertTrue(failure.isAlertReceived());
        assertEquals(0, ends.cache().size(), "all sessions of the server are dropped");
        ends.assertNotResumed();
    }

    static Stream<Arguments> malformed() {
        return Stream.of(
                row("a binder too many", offered -> offered.binders.add(new byte[32])),
                row("an identity too many", offered -> offered.identities.add(offered.identities.getFirst())),
                row("no binder", offered -> offered.binders.clear()),
                row("no identity", offered -> offered.identities.clear()),
                row("nothing", offered -> {
                    offered.binders.clear();
                    offered.identities.clear();
                }),
                row("a short binder", offered -> offered.binders.set(0, new byte[31])),
                row("an empty binder", offered -> offered.binders.set(0, new byte[0])),
                row(
                        "an empty identity",
                        offered -> offered.identities.set(0, new OfferedTickets.Identity(new byte[0], 0))));
    }

    private static Arguments row(String name, Consumer<OfferedTickets> change) {
        return Arguments.of(name, change);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("malformed")
    void malformed(String name, Consumer<OfferedTickets> change) throws SSLException {
        byte[] hello = ends.hello().drain();
        OfferedTickets offered = Objects.requireNonNull(OfferedTickets.of(hello));
        change.accept(offered);
        assertRefused(offered.in(hello), TlsAlert.ILLEGAL_PARAMETER, TlsAlert.DECODE_ERROR);
    }

    @Test
    void aBinderOfAnotherLength() throws SSLException {
        for (int length : new int[] {33, 48, 255}) {
            byte[] hello = ends.hello().drain();
            OfferedTickets offered = Objects.requireNonNull(OfferedTickets.of(hello));
            offered.binders.set(0, new byte[length]);
            assertRefused(offered.in(hello), TlsAlert.DECRYPT_ERROR, TlsAlert.ILLEGAL_PARAMETER);
            start();
        }
    }

    /** Each length field and each part of the extension, truncated and extended. */
    @Test
    void theExtensionCutAnywhere() throws SSLException {
        byte[] records = ends.hello().drain();
        EditableHello hello = EditableHello.of(records);
        byte[] extension = Objects.requireNonNull(hello.extensions.get(OfferedTickets.PRE_SHARED_KEY));
        for (int length = 0; length < extension.length; length++) {
            hello.extensions.put(OfferedTickets.PRE_SHARED_KEY, Arrays.copyOf(extension, length));
            assertRefused(hello.record(), TlsAlert.ILLEGAL_PARAMETER, TlsAlert.DECODE_ERROR);
        }
        hello.extensions.put(OfferedTickets.PRE_SHARED_KEY, Arrays.copyOf(extension, extension.length + 1));
        assertRefused(hello.record(), TlsAlert.ILLEGAL_PARAMETER, TlsAlert.DECODE_ERROR);
    }

    @Test
    void theExtensionIsNotTheLast() throws SSLException {
        EditableHello hello = EditableHello.of(ends.hello().drain());
        assertRefused(hello.with(0xFA, 1).record(), TlsAlert.ILLEGAL_PARAMETER);
    }

    @Test
    void noKeyExchangeModes() throws SSLException {
        EditableHello hello = EditableHello.of(ends.hello().drain());
        assertRefused(hello.without(OfferedTickets.PSK_KEY_EXCHANGE_MODES).record(), TlsAlert.MISSING_EXTENSION);
    }

    // ---- offers that no client of ours makes

    /** RFC 8446 4.2.9: without psk_dhe_ke the server resumes nothing, and makes a full handshake. */
    @Test
    void onlyPskKe() throws SSLException {
        EditableHello hello = EditableHello.of(ends.hello().drain());
        EditableHello answer =
                answer(hello.with(OfferedTickets.PSK_KEY_EXCHANGE_MODES, 1, 0).record());
        assertEquals(null, answer.extensions.get(OfferedTickets.PRE_SHARED_KEY));
        assertNotNull(answer.extensions.get(EditableHello.KEY_SHARE));
        assertEquals(
                Map.of(TlsTicketRefusal.NO_KEY_EXCHANGE, 1L),
                ends.server.sessionStatistics().refused());
        assertEquals(1, ends.server.sessionStatistics().offered());
    }

    /** Both modes, in either order, and with one that nobody knows. */
    @Test
    void pskDheKeAmongOthers() throws SSLException {
        for (int[] modes : new int[][] {{2, 0, 1}, {2, 1, 0}, {2, 1, 42}}) {
            byte[] hello = EditableHello.of(ends.hello().drain())
                    .with(OfferedTickets.PSK_KEY_EXCHANGE_MODES, modes)
                    .record();
            byte[] bound = rebound(hello, List.of());
            assertArrayEquals(new byte[] {0, 0}, answer(bound).extensions.get(OfferedTickets.PRE_SHARED_KEY));
            start();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void theFirstTicketsAreUnknown(int unknown) throws SSLException {
        byte[] hello = ends.hello().drain();
        List<byte[]> first = Stream.generate(() -> new byte[100]).limit(unknown).toList();
        byte[] answer = answer(rebound(hello, first)).extensions.get(OfferedTickets.PRE_SHARED_KEY);
        assertArrayEquals(new byte[] {0, (byte) unknown}, answer, "the selected identity");
        assertEquals(
                Map.of(TlsTicketRefusal.UNKNOWN_KEY, (long) unknown),
                ends.server.sessionStatistics().refused());
    }

    /** Each ticket costs the server a decryption, so it tries few of many. */
    @Test
    void manyUnknownTickets() throws SSLException {
        byte[] hello = ends.hello().drain();
        List<byte[]> first = Stream.generate(() -> new byte[100]).limit(60).toList();
        EditableHello answer = answer(rebound(hello, first));
        assertEquals(null, answer.extensions.get(OfferedTickets.PRE_SHARED_KEY), "a full handshake");
        assertEquals(
                Map.of(TlsTicketRefusal.UNKNOWN_KEY, 4L),
                ends.server.sessionStatistics().refused());
    }

    /** The same ticket twice: the server checks the binder of the identity that it selects. */
    @Test
    void theSameTicketTwice() throws SSLException {
        byte[] hello = ends.hello().drain();
        byte[] ticket = Objects.requireNonNull(OfferedTickets.of(hello))
                .identities
                .getFirst()
                .ticket();
        assertRefused(rebound(hello, List.of(ticket)), TlsAlert.DECRYPT_ERROR);
    }

    /** Adds tickets in front of that of the hello, with zeros as their binders, and computes its binder again. */
    private byte[] rebound(byte[] hello, List<byte[]> first) {
        OfferedTickets offered = Objects.requireNonNull(OfferedTickets.of(hello));
        byte[] ticket = offered.identities.getFirst().ticket();
        for (byte[] other : first) {
            offered.identities.addFirst(new OfferedTickets.Identity(other, 0));
            offered.binders.addFirst(new byte[32]);
        }
        byte[] secret = secrets.get(HexFormat.of().formatHex(ticket));
        byte[] binder = Binders.ofTicket(ticket, Objects.requireNonNull(secret), offered.truncated(hello));
        offered.binders.set(offered.binders.size() - 1, binder);
        return offered.in(hello);
    }

    /** The server's first message. */
    private EditableHello answer(byte[] hello) throws SSLException {
        EngineEnd server = ends.serverEnd();
        server.receive(hello);
        server.handshake();
        return EditableHello.of(server.drain());
    }

    // ---- HelloRetryRequest

    private void requireRetry() {
        ends.client(builder -> builder.groups(NamedGroup.X25519, NamedGroup.SECP384R1));
        ends.server(builder -> builder.groups(NamedGroup.SECP384R1));
    }

    @Test
    void aHelloRetryRequestInBetween() throws SSLException {
        requireRetry();
        for (int i = 0; i < 3; i++) {
            ends.serverClock.move(Duration.ofSeconds(1));
            ends.clientClock.move(Duration.ofSeconds(1));
            assertEquals(NamedGroup.SECP384R1, ends.assertResumes().session().group());
        }
    }

    @Test
    void aRefusedTicketAndAHelloRetryRequest() throws SSLException {
        requireRetry();
        ends.server(builder -> builder.ticketKeys(TlsTicketKeys.perProcess()));
        ends.assertRefused(TlsTicketRefusal.UNKNOWN_KEY);
        ends.assertResumes();
    }

    @Test
    void aWrongBinderAfterAHelloRetryRequest() throws SSLException {
        requireRetry();
        EngineEnd client = ends.hello();
        EngineEnd server = ends.serverEnd();
        server.receiveFrom(client);
        server.handshake();
        client.receiveFrom(server);
        client.handshake();
        byte[] second = client.drain();
        second[second.length - 1] ^= 1;
        server.receive(second);
        TlsHandshakeException failure = assertThrows(TlsHandshakeException.class, server::handshake);
        assertEquals(Optional.of(TlsAlert.DECRYPT_ERROR), failure.alert());
    }
}
