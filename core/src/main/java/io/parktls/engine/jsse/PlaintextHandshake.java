package io.parktls.engine.jsse;

import io.parktls.TlsHandshakeException;
import io.parktls.TlsVersion;
import io.parktls.record.RecordFormat;
import io.parktls.wire.ClientHello;
import io.parktls.wire.HandshakeAssembler;
import io.parktls.wire.HandshakeMessages;
import io.parktls.wire.HandshakeReader;
import io.parktls.wire.HandshakeType;
import io.parktls.wire.ServerSideReader;
import io.parktls.wire.SkippedEarlyData;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Passes the unencrypted handshake messages of one connection to ParkTLS's own reader: the peer's messages before the
 * SSLEngine processes them, and those that the SSLEngine sends. Encrypted messages are visible only to the SSLEngine:
 * in TLS 1.3 all messages after the ServerHello, in TLS 1.2 Finished. Not thread-safe.
 */
final class PlaintextHandshake {
    private static final int HEADER = RecordFormat.HEADER;

    private final HandshakeReader reader;
    private final HandshakeAssembler received;
    private final HandshakeAssembler sent;

    private final SkippedEarlyData earlyData = new SkippedEarlyData();

    private @Nullable PeerRequest serverRequest;

    /** Whether the SSLEngine has sent a HelloRetryRequest that the client has not answered. */
    private boolean retryPending;

    /** Whether the peer's records are encrypted from now on. */
    private boolean readEncrypted;

    /** Whether the SSLEngine's records are encrypted from now on. */
    private boolean writeEncrypted;

    /**
     * Starts with an empty handshake.
     *
     * @param reader reads the messages of both sides
     * @param longest the maximum length of a message from the peer, in bytes
     */
    PlaintextHandshake(HandshakeReader reader, int longest) {
        this.reader = reader;
        this.received = new HandshakeAssembler(longest, noting(reader, true));
        this.sent = new HandshakeAssembler(0xFFFFFF, noting(reader::sent, false));
    }

    private HandshakeMessages noting(HandshakeMessages messages, boolean fromPeer) {
        return (type, bytes, offset, length) -> {
            messages.message(type, bytes, offset, length);
            if (type == HandshakeType.CLIENT_HELLO) {
                earlyData.clientHello(bytes, offset, length);
                retryPending = false;
            } else if (type == HandshakeType.SERVER_HELLO && SkippedEarlyData.isRetryRequest(bytes, offset, length)) {
                earlyData.retryRequested();
                retryPending = true;
            }
            if (type == HandshakeType.CERTIFICATE_REQUEST && fromPeer) {
                serverRequest = PeerRequest.ofServer(ByteBuffer.wrap(bytes, offset, length));
            }
            if (type == HandshakeType.SERVER_HELLO && reader.isKeyed()) {
                readEncrypted = true;
                writeEncrypted = true;
            }
        };
    }

    /**
     * Returns the ClientHello's requirements for the server's certificate; null for a client, and before a ClientHello
     * is received.
     */
    @Nullable
    PeerRequest clientRequest() {
        ClientHello hello = clientHello();
        return hello == null ? null : PeerRequest.ofClient(hello);
    }

    /** Returns the latest ClientHello; null for a client, and before one is received. */
    @Nullable
    ClientHello clientHello() {
        return reader instanceof ServerSideReader server ? server.clientHello() : null;
    }

    /**
     * Returns the requirements of the TLS 1.2 CertificateRequest for the client's certificate; null if none was
     * received.
     */
    @Nullable
    PeerRequest serverRequest() {
        return serverRequest;
    }

    /**
     * Returns the state of early data from a client that has not yet answered the SSLEngine's HelloRetryRequest; null
     * if no such early data is expected.
     */
    @Nullable
    SkippedEarlyData earlyDataBeforeSecondHello() {
        return retryPending && earlyData.isDueBeforeSecondHello() ? earlyData : null;
    }

    /**
     * Returns the negotiated version; null until there is one. A HelloRetryRequest implies TLS 1.3 (RFC 8446 4.1.4).
     */
    @Nullable
    TlsVersion version() {
        return reader.version();
    }

    HandshakeReader reader() {
        return reader;
    }

    /** Returns whether this end's records are not encrypted. */
    boolean isWriteUnencrypted() {
        return !writeEncrypted;
    }

    /**
     * Processes a complete record from the peer.
     *
     * @param record the record, at the buffer's position, which does not change
     * @throws TlsHandshakeException if a message in the record must not be accepted
     */
    void received(ByteBuffer record) throws TlsHandshakeException {
        int at = record.position();
        if (!readEncrypted) {
            readEncrypted = isChangeCipherSpec12(record, at);
            pass(record, at, received);
        }
    }

    /** Processes the records that the SSLEngine has put between {@code from} and the position. */
    void sent(ByteBuffer out, int from) throws TlsHandshakeException {
        int end = out.position();
        for (int at = from; at + HEADER <= end && !writeEncrypted; at += HEADER + fragmentLength(out, at)) {
            writeEncrypted = isChangeCipherSpec12(out, at);
            pass(out, at, sent);
        }
    }

    private static void pass(ByteBuffer records, int at, HandshakeAssembler messages) throws TlsHandshakeException {
        if (records.get(at) == RecordFormat.HANDSHAKE) {
            messages.fragment(records.array(), records.arrayOffset() + at + HEADER, fragmentLength(records, at));
        }
    }

    /** Returns whether a record is a change_cipher_spec of TLS 1.2. In TLS 1.3 it has no effect (RFC 8446 5). */
    private boolean isChangeCipherSpec12(ByteBuffer records, int at) {
        return records.get(at) == RecordFormat.CHANGE_CIPHER_SPEC && reader.version() == TlsVersion.TLS_1_2;
    }

    private static int fragmentLength(ByteBuffer records, int at) {
        return records.getShort(at + 3) & 0xFFFF;
    }
}
