package io.parktls.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.TlsStatus;
import io.parktls.TlsVersion;
import java.nio.ByteBuffer;
import java.util.List;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Application data. */
abstract class DataContract extends TlsEngineContract {
    DataContract(EngineProfile profile) {
        super(profile);
    }

    @ParameterizedTest
    @EnumSource
    void carriesBulkDataBothWays(TlsVersion version) throws SSLException {
        Pair pair = connected(version);
        byte[] data = random(1_000_000);
        assertArrayEquals(data, pair.client().send(data, pair.server()));
        assertArrayEquals(data, pair.server().send(data, pair.client()));
    }

    @ParameterizedTest
    @EnumSource
    void servesARecordPieceByPiece(TlsVersion version) throws SSLException {
        Pair pair = connected(version);
        byte[] data = random(1_000);
        pair.client().write(data);
        pair.server().receiveFrom(pair.client());
        assertEquals(0, pair.server().engine().pending());
        for (int i = 0; i < data.length; i++) {
            assertArrayEquals(new byte[] {data[i]}, pair.server().read(1));
            assertEquals(data.length - 1 - i, pair.server().engine().pending());
        }
        assertEquals(TlsStatus.WANT_READ, pair.server().readNothing());
    }

    @ParameterizedTest
    @EnumSource
    void writesWholeRecordsAndStopsWhereTheNextDoesNotFit(TlsVersion version) throws SSLException {
        Pair pair = connected(version);
        ByteBuffer src = ByteBuffer.wrap(random(50_000));
        assertEquals(
                TlsStatus.WANT_WRITE,
                pair.client().engine().write(src, pair.client().out()));
        int sent = src.position();
        assertTrue(sent > 16_000 && sent <= 16_384, "one record of about the largest size");
        byte[] record = pair.client().drain();
        assertEquals(List.of(APPLICATION_DATA), EngineEnd.types(record));
        pair.server().receive(record);
        assertEquals(sent, pair.server().read(20_000).length);
    }

    @ParameterizedTest
    @EnumSource
    void writingNothingSendsNothing(TlsVersion version) throws SSLException {
        Pair pair = connected(version);
        assertEquals(TlsStatus.OK, pair.client().write(new byte[0]));
        assertEquals(0, pair.client().out().position());
    }

    @ParameterizedTest
    @EnumSource
    void acceptsDirectAndReadOnlyAndSlicedBuffers(TlsVersion version) throws SSLException {
        Pair pair = connected(version);
        byte[] data = random(5_000);
        ByteBuffer src =
                ByteBuffer.allocateDirect(6_000).put(100, data).position(100).limit(5_100);
        assertEquals(
                TlsStatus.OK,
                pair.client()
                        .engine()
                        .write(src.asReadOnlyBuffer(), pair.client().out()));
        pair.server().receiveFrom(pair.client());
        ByteBuffer dst = ByteBuffer.allocateDirect(30_000).position(7).slice();
        assertEquals(TlsStatus.OK, pair.server().engine().read(pair.server().in(), dst));
        assertEquals(ByteBuffer.wrap(data), dst.flip());
    }

    @Test
    void dataRightAfterTheHandshakeIsNotLost() throws SSLException {
        EngineEnd client = client(clientContext(TlsVersion.TLS_1_3));
        EngineEnd server = server(serverContext(TlsVersion.TLS_1_3));
        client.handshake();
        server.receiveFrom(client);
        server.handshake();
        client.receiveFrom(server);
        client.handshake();
        byte[] finished = client.drain();
        assertEquals(TlsStatus.OK, client.handshake());
        client.write(random(100));
        server.receive(finished);
        server.receiveFrom(client);
        assertEquals(TlsStatus.OK, server.handshake());
        assertArrayEquals(random(100), server.read(1_000));
    }
}
