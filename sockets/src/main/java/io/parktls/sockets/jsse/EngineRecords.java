package io.parktls.sockets.jsse;

import io.parktls.TlsSession;
import io.parktls.TlsStatus;
import io.parktls.TlsVersion;
import io.parktls.engine.TlsEngine;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;

/**
 * The records of an established {@code SSLEngine}: seals and opens one with each call, between a {@link TlsEngine} and
 * the caller's buffers. One thread may seal while another opens.
 */
final class EngineRecords {
    /** The length of the authentication tag of every suite in bytes. */
    private static final int TAG = 16;

    /** The length of the explicit nonce of AES-GCM in TLS 1.2 in bytes (RFC 5288 3). */
    private static final int EXPLICIT_NONCE = 8;

    private static final ByteBuffer NO_DATA = ByteBuffer.allocate(0);

    private final TlsEngine engine;

    /** The maximum content of the records that are sent, in bytes. */
    private final int maximumContent;

    /** By how many bytes a record with application data is longer than its content, if it has no padding. */
    private final int overhead;

    /** The result of a call, and how many bytes it has moved. */
    record Transfer(Status status, int consumed, int produced) {
        static Transfer nothing(Status reason) {
            return new Transfer(reason, 0, 0);
        }
    }

    /**
     * Takes over an engine whose handshake is done.
     *
     * @param maximumPacketSize the maximum length of the records that are sent, in bytes; 0 for that of TLS
     */
    EngineRecords(TlsEngine engine, int maximumPacketSize) {
        this.engine = engine;
        this.overhead = overhead(engine.session());
        this.maximumContent = maximumPacketSize == 0
                ? RecordHeader.MAX_CONTENT
                : Math.clamp(maximumPacketSize - overhead, 1, RecordHeader.MAX_CONTENT);
    }

    private static int overhead(TlsSession session) {
        if (session.protocol() == TlsVersion.TLS_1_3) {
            // The content type follows the content (RFC 8446 5.2).
            return RecordHeader.LENGTH + 1 + TAG;
        }
        boolean gcm = session.cipherSuite().name().contains("_GCM_");
        return RecordHeader.LENGTH + (gcm ? EXPLICIT_NONCE : 0) + TAG;
    }

    // ---- sealing

    /**
     * Seals the data of at most one record. Replies to the peer come first.
     *
     * @return CLOSED if the other thread has received or caused a fatal alert meanwhile; it reports why
     */
    Transfer seal(ByteBuffer[] srcs, int offset, int length, ByteBuffer dst) throws SSLException {
        int count = (int) Math.min(EngineBuffers.remaining(srcs, offset, length), maximumContent);
        return into(dst, out -> seal(srcs, offset, length, count, out));
    }

    /** Puts the last record into {@code dst}: close_notify, or after a failure the alert. */
    Transfer close(ByteBuffer dst) throws SSLException {
        return into(dst, out -> close(out, out.position()));
    }

    /** Produces records in a buffer with an array. */
    private interface Production {
        Transfer into(ByteBuffer out) throws SSLException;
    }

    private static Transfer into(ByteBuffer dst, Production production) throws SSLException {
        if (dst.hasArray()) {
            return production.into(dst);
        }
        ByteBuffer copy = EngineBuffers.take();
        try {
            Transfer transfer = production.into(copy.limit(Math.min(copy.capacity(), dst.remaining())));
            EngineBuffers.move(copy.flip(), dst);
            return transfer;
        } finally {
            EngineBuffers.give(copy);
        }
    }

    private Transfer seal(ByteBuffer[] srcs, int offset, int length, int count, ByteBuffer out) throws SSLException {
        int start = out.position();
        if (engine.hasReply() && engine.reply(out) != TlsStatus.OK) {
            return Transfer.nothing(Status.BUFFER_OVERFLOW);
        }
        int consumed;
        try {
            consumed = count == 0 ? 0 : sealData(srcs, offset, length, count, out);
        } catch (SSLException | IllegalStateException e) {
            return close(out, start);
        }
        boolean overflow = count > 0 && out.position() == start;
        return new Transfer(overflow ? Status.BUFFER_OVERFLOW : Status.OK, consumed, out.position() - start);
    }

    private Transfer close(ByteBuffer out, int start) throws SSLException {
        boolean fits = engine.closeNotify(out) == TlsStatus.OK;
        return new Transfer(fits ? Status.CLOSED : Status.BUFFER_OVERFLOW, 0, out.position() - start);
    }

    /** Seals {@code count} bytes as one record if it fits. Returns how many bytes of the sources are consumed. */
    private int sealData(ByteBuffer[] srcs, int offset, int length, int count, ByteBuffer out) throws SSLException {
        ByteBuffer single = EngineBuffers.single(srcs, offset, length, count);
        if (single != null) {
            ByteBuffer data = single.slice(single.position(), count);
            engine.write(data, out);
            single.position(single.position() + data.position());
            return data.position();
        }
        ByteBuffer data = EngineBuffers.take();
        try {
            EngineBuffers.gather(srcs, offset, count, data);
            engine.write(data.flip(), out);
            EngineBuffers.skip(srcs, offset, data.position());
            return data.position();
        } finally {
            EngineBuffers.give(data);
        }
    }

    // ---- opening

    /**
     * Opens the next record if it is whole and its content fits.
     *
     * @return CLOSED if it is the peer's close_notify
     * @throws SSLException if TLS fails, or the header of the record is not valid
     */
    Transfer open(ByteBuffer src, ByteBuffer[] dsts, int offset, int length) throws SSLException {
        if (src.remaining() < RecordHeader.LENGTH) {
            return Transfer.nothing(Status.BUFFER_UNDERFLOW);
        }
        int record = RecordHeader.recordLength(src);
        if (src.remaining() < record || record > RecordHeader.MAX_RECORD) {
            checkHeader(src);
            return Transfer.nothing(Status.BUFFER_UNDERFLOW);
        }
        int content = Math.min(record - overhead, RecordHeader.MAX_CONTENT);
        if (RecordHeader.isApplicationData(src) && EngineBuffers.remaining(dsts, offset, length) < content) {
            return Transfer.nothing(Status.BUFFER_OVERFLOW);
        }
        if (src.hasArray()) {
            return open(src, src.slice(src.position(), record), content, dsts, offset, length);
        }
        ByteBuffer copy = EngineBuffers.take();
        try {
            copy.put(0, src, src.position(), record);
            return open(src, copy.limit(record), content, dsts, offset, length);
        } finally {
            EngineBuffers.give(copy);
        }
    }

    /** Lets the engine refuse a header that is not valid. */
    private void checkHeader(ByteBuffer src) throws SSLException {
        byte[] header = new byte[RecordHeader.LENGTH];
        src.get(src.position(), header);
        engine.read(ByteBuffer.wrap(header), NO_DATA);
    }

    private Transfer open(ByteBuffer src, ByteBuffer record, int content, ByteBuffer[] dsts, int offset, int length)
            throws SSLException {
        int consumed = record.remaining();
        // A record that fails is consumed, too: it led to the failure.
        src.position(src.position() + consumed);
        ByteBuffer single = EngineBuffers.single(dsts, offset, length, content);
        if (single != null) {
            int start = single.position();
            return transfer(engine.read(record, single), consumed, single.position() - start);
        }
        ByteBuffer data = EngineBuffers.take();
        try {
            TlsStatus status = engine.read(record, data);
            int produced = data.flip().remaining();
            EngineBuffers.scatter(data, dsts, offset);
            return transfer(status, consumed, produced);
        } finally {
            EngineBuffers.give(data);
        }
    }

    private static Transfer transfer(TlsStatus status, int consumed, int produced) {
        return new Transfer(status == TlsStatus.CLOSED ? Status.CLOSED : Status.OK, consumed, produced);
    }
}
