package io.parktls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.bio.Bio;
import io.parktls.bio.WrappedBio;
import io.parktls.engine.TlsEngineProvider;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Counts the reads and writes of the pipe. The JDK's {@code SSLSocket} makes two reads for each record. */
@Tag("H12")
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class SystemCallsTest {
    private static final int RECORDS = 100;

    /** The data of the largest segment on Linux's loopback: the MTU of 65,536 without the headers of IPv6 and TCP. */
    private static final int LARGEST_SEGMENT = 65_536 - 40 - 32;

    private static ConnectionPair pair(TlsVersion version) {
        return pair(version, Bio.pair(1 << 21));
    }

    private static ConnectionPair pair(TlsVersion version, Bio... pipe) {
        TlsEngineProvider engine = TlsEngineProvider.bouncyCastle();
        return new ConnectionPair(
                TestContexts.client(engine, version).build(),
                TestContexts.server(engine, version).build(),
                pipe);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("H12 a handshake makes one write for each flight, and one read for each flight of the peer")
    void flights(TlsVersion version) throws IOException {
        ConnectionPair pair = pair(version);
        boolean done = false;
        while (!done) {
            done = pair.client().doHandshake() == TlsStatus.OK;
            done &= pair.server().doHandshake() == TlsStatus.OK;
        }
        assertEquals(2, pair.clientBio().writes());
        assertEquals(version == TlsVersion.TLS_1_3 ? 1 : 2, pair.serverBio().writes());
        // An end waits only after a read that returns 0, so each flight of the peer takes one such read and the read
        // that receives it.
        assertTrue(pair.clientBio().reads() <= 4, () -> pair.clientBio().activity());
        assertTrue(pair.serverBio().reads() <= 4, () -> pair.serverBio().activity());
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("H12 many small records arrive in one read; each was sent with one write")
    void smallRecords(TlsVersion version) throws IOException {
        ConnectionPair pair = pair(version).handshake();
        int writes = pair.clientBio().writes();
        for (int i = 0; i < RECORDS; i++) {
            pair.client().write(ByteBuffer.allocate(64));
        }
        assertEquals(RECORDS, pair.clientBio().writes() - writes);
        int reads = pair.serverBio().reads();
        for (int i = 0; i < RECORDS; i++) {
            assertEquals(TlsStatus.OK, pair.server().read(ByteBuffer.allocate(64)));
        }
        assertEquals(1, pair.serverBio().reads() - reads);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("H12 full records take at most one write and one read each, and far fewer in bulk")
    void fullRecords(TlsVersion version) throws IOException {
        ConnectionPair pair = pair(version).handshake();
        int writes = pair.clientBio().writes();
        byte[] data = new byte[RECORDS * TlsLimits.RECORD_DATA];
        assertEquals(TlsStatus.OK, pair.client().write(ByteBuffer.wrap(data)));
        int written = pair.clientBio().writes() - writes;
        int reads = pair.serverBio().reads();
        ByteBuffer dst = ByteBuffer.allocate(data.length);
        while (dst.hasRemaining()) {
            assertEquals(TlsStatus.OK, pair.server().read(dst));
        }
        int read = pair.serverBio().reads() - reads;
        assertTrue(written <= RECORDS / 2, () -> written + " writes of " + RECORDS + " records");
        assertTrue(read <= RECORDS / 2, () -> read + " reads of " + RECORDS + " records");
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("no write of bulk data needs a second segment of TCP, which with its headers is smaller than 64 KB")
    void aWriteFitsIntoASegment(TlsVersion version) throws IOException {
        Bio[] pipe = Bio.pair(1 << 21);
        LargestWrite sender = new LargestWrite(pipe[0]);
        ConnectionPair pair = pair(version, sender, pipe[1]).handshake();
        for (int records = 1; records < 20; records++) {
            pair.client().write(ByteBuffer.allocate(records * TlsLimits.RECORD_DATA));
        }
        assertTrue(sender.largest > 2 * TlsLimits.RECORD_DATA, () -> "largest write: " + sender.largest);
        assertTrue(sender.largest <= LARGEST_SEGMENT, () -> "largest write: " + sender.largest);
    }

    /** A pipe that records the size of the largest write. */
    private static final class LargestWrite extends WrappedBio {
        private int largest;

        LargestWrite(Bio inner) {
            super(inner);
        }

        @Override
        public int write(ByteBuffer src) throws IOException {
            largest = Math.max(largest, src.remaining());
            return inner.write(src);
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("no close_notify is written to a failed pipe (SSL_get_error(3): no more I/O after SSL_ERROR_SYSCALL)")
    void brokenPipe(TlsVersion version) throws IOException {
        Bio[] pipe = Bio.pair(1 << 16);
        Resettable reset = new Resettable(pipe[1]);
        ConnectionPair pair = pair(version, pipe[0], reset).handshake();
        assertFalse(pair.server().isPipeBroken());
        reset.isReset = true;
        assertThrows(IOException.class, () -> pair.server().read(ByteBuffer.allocate(1)));
        assertTrue(pair.server().isPipeBroken());
        assertFalse(pair.server().isFailed());
        int writes = pair.serverBio().writes();
        pair.server().close();
        assertEquals(writes, pair.serverBio().writes());
        assertFalse(pair.server().isCloseNotifySent());
    }

    /** A pipe that can be reset. */
    private static final class Resettable extends WrappedBio {
        private boolean isReset;

        Resettable(Bio inner) {
            super(inner);
        }

        @Override
        public int read(ByteBuffer dst) throws IOException {
            if (isReset) {
                throw new IOException("Connection reset");
            }
            return inner.read(dst);
        }
    }
}
