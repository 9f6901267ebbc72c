package io.parktls.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.parktls.TlsAlert;
import io.parktls.TlsProtocolException;
import io.parktls.TlsStatus;
import io.parktls.TlsTruncatedException;
import io.parktls.TlsVersion;
import java.util.Arrays;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How connections end: with close_notify, and without. */
abstract class ClosingContract extends TlsEngineContract {
    ClosingContract(EngineProfile profile) {
        super(profile);
    }

    @ParameterizedTest
    @EnumSource
    void closesOneDirectionAndReadsOn(TlsVersion version) throws SSLException {
        Pair pair = connected(version);
        pair.client().write(random(100));
        assertEquals(
                TlsStatus.OK, pair.client().engine().closeNotify(pair.client().out()));
        byte[] last = pair.client().drain();
        pair.server().write(random(20_000));
        byte[] sentBefore = pair.server().drain();

        pair.server().receive(last);
        assertEquals(100, pair.server().read(1_000).length);
        assertEquals(TlsStatus.CLOSED, pair.server().readNothing());
        assertEquals(TlsStatus.CLOSED, pair.server().readNothing());

        pair.client().receive(sentBefore);
        assertTrue(pair.client().read(20_000).length > 16_000);
    }

    @ParameterizedTest
    @EnumSource
    void writesAfterThePeerClosedItsDirection(TlsVersion version) throws SSLException {
        assumeTrue(profile.writesAfterPeerClosed(version), "this engine closes both directions in " + version);
        Pair pair = connected(version);
        pair.client().engine().closeNotify(pair.client().out());
        pair.server().receiveFrom(pair.client());
        assertEquals(TlsStatus.CLOSED, pair.server().readNothing());
        assertArrayEquals(random(100_000), pair.server().send(random(100_000), pair.client()));
        pair.server().engine().closeNotify(pair.server().out());
        pair.client().receiveFrom(pair.server());
        assertEquals(TlsStatus.CLOSED, pair.client().readNothing());
    }

    @ParameterizedTest
    @EnumSource
    void bothEndsClose(TlsVersion version) throws SSLException {
        Pair pair = connected(version);
        assertEquals(
                TlsStatus.OK, pair.client().engine().closeNotify(pair.client().out()));
        assertEquals(
                TlsStatus.OK, pair.server().engine().closeNotify(pair.server().out()));
        byte[] there = pair.client().drain();
        byte[] back = pair.server().drain();
        assertEquals(1, EngineEnd.types(there).size());
        pair.client().receive(back);
        pair.server().receive(there);
        assertEquals(TlsStatus.CLOSED, pair.client().readNothing());
        assertEquals(TlsStatus.CLOSED, pair.server().readNothing());
    }

    @ParameterizedTest
    @EnumSource
    void closeNotifyWaitsForRoom(TlsVersion version) throws SSLException {
        Pair pair = connected(version);
        pair.client().out().position(pair.client().out().limit() - 3);
        assertEquals(
                TlsStatus.WANT_WRITE,
                pair.client().engine().closeNotify(pair.client().out()));
        pair.client().out().clear();
        assertEquals(
                TlsStatus.OK, pair.client().engine().closeNotify(pair.client().out()));
        pair.server().receiveFrom(pair.client());
        assertEquals(TlsStatus.CLOSED, pair.server().readNothing());
    }

    @Test
    @DisplayName("EOF-01 the stream ends right after ClientHello: decode_error")
    void clientTruncatedInTheHandshake() throws SSLException {
        EngineEnd client = client(clientContext());
        client.handshake();
        client.drain();
        client.engine().endOfInput();
        assertFails(TlsTruncatedException.class, TlsAlert.DECODE_ERROR, false, client::handshake);
        assertPlainAlert(TlsAlert.DECODE_ERROR, client);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 100})
    @DisplayName("EOF-02, EOF-03 the stream ends before or inside ClientHello: decode_error")
    void serverTruncatedInTheHandshake(int bytes) throws SSLException {
        EngineEnd client = client(clientContext());
        EngineEnd server = server(serverContext());
        client.handshake();
        server.receive(Arrays.copyOf(client.drain(), bytes));
        assertEquals(TlsStatus.WANT_READ, server.handshake());
        server.engine().endOfInput();
        assertFails(TlsTruncatedException.class, TlsAlert.DECODE_ERROR, false, server::handshake);
        assertPlainAlert(TlsAlert.DECODE_ERROR, server);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("EOF-05 the stream ends before the client's Finished")
    void serverTruncatedBeforeFinished(TlsVersion version) throws SSLException {
        EngineEnd client = client(clientContext(version));
        EngineEnd server = server(serverContext(version));
        client.handshake();
        server.receiveFrom(client);
        server.handshake();
        server.drain();
        server.engine().endOfInput();
        assertThrows(TlsTruncatedException.class, server::handshake);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("EOF-06 the established stream ends without close_notify")
    void truncated(TlsVersion version) throws SSLException {
        Pair pair = connected(version);
        pair.server().write(random(100));
        pair.client().receiveFrom(pair.server());
        pair.client().engine().endOfInput();
        assertEquals(100, pair.client().read(1_000).length, "received data is delivered first");
        assertFails(TlsTruncatedException.class, profile.truncatedUnderKeys(), false, pair.client()::readNothing);
        pair.server().receiveFrom(pair.client());
        assertFails(TlsProtocolException.class, profile.truncatedUnderKeys(), true, pair.server()::readNothing);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("EOF-07 the established stream ends inside a record")
    void truncatedInsideARecord(TlsVersion version) throws SSLException {
        Pair pair = connected(version);
        pair.server().write(random(100));
        byte[] record = pair.server().drain();
        pair.client().receive(Arrays.copyOf(record, record.length - 1));
        assertEquals(TlsStatus.WANT_READ, pair.client().readNothing());
        pair.client().engine().endOfInput();
        assertThrows(TlsTruncatedException.class, pair.client()::readNothing);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("EOF-10, EOF-11 truncation is ignored if the context allows it")
    void truncationIgnored(TlsVersion version) throws SSLException {
        Pair pair = connected(clientContext(version).unsafeIgnoreTruncation(true), serverContext(version));
        pair.client().engine().endOfInput();
        assertEquals(TlsStatus.CLOSED, pair.client().readNothing());
        assertArrayEquals(random(100), pair.client().send(random(100), pair.server()), "writes still succeed");

        EngineEnd client = client(clientContext(version).unsafeIgnoreTruncation(true));
        client.handshake();
        client.engine().endOfInput();
        assertEquals(TlsStatus.CLOSED, client.handshake(), "closed, not done");
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("EOF-12 an end of the stream after close_notify is not a truncation")
    void endAfterCloseNotify(TlsVersion version) throws SSLException {
        Pair pair = connected(version);
        pair.server().engine().closeNotify(pair.server().out());
        pair.client().receiveFrom(pair.server());
        pair.client().engine().endOfInput();
        assertEquals(TlsStatus.CLOSED, pair.client().readNothing());
        assertEquals(TlsStatus.CLOSED, pair.client().readNothing());
    }

    @Test
    @DisplayName("HS-20 a TLS 1.3 client completes the handshake although the stream ended after the server's flight")
    void handshakeFinishesAtTheEndOfTheStream() throws SSLException {
        EngineEnd client = client(clientContext(TlsVersion.TLS_1_3));
        EngineEnd server = server(serverContext(TlsVersion.TLS_1_3));
        client.handshake();
        server.receiveFrom(client);
        server.handshake();
        client.receiveFrom(server);
        client.engine().endOfInput();
        assertEquals(TlsStatus.WANT_WRITE, client.handshake());
        client.drain();
        assertEquals(TlsStatus.OK, client.handshake());
        assertThrows(TlsTruncatedException.class, client::readNothing);
    }
}
