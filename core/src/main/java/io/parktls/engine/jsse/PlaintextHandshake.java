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
 * Shows the handshake messages that travel in the clear to our own reader: what the peer sends before the SSLEngine sees it,
 * and what the SSLEngine sends. Encrypted messages are between the SSLEngine and the peer: in TLS 1.3 all that follow the
 * ServerHello, in TLS 1.2 Finished.
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

    /** Whether the peer's records are encrypted by now. */
    private boolean readEncrypted;

    /** Whether the SSLEngine's records are encrypted by now. */
    private boolean writeEncrypted;

    /**
     * The handshake of one connection.
     *
     * @param longest bytes of a message from the peer, at most
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

    /** The ClientHello's requirements for the server's certificate; null if this end is not the server or has none yet. */
    @Nullable
    PeerRequest clientRequest() {
        ClientHello hello = reader instanceof ServerSideReader server ? server.clientHello() : null;
        return hello == null ? null : PeerRequest.ofClient(hello);
    }

    /** The requirements of the CertificateRequest of TLS 1.2 for the client's certificate; null if none has come. */
    @Nullable
    PeerRequest serverRequest() {
        return serverRequest;
    }

    /** The early data of a client to which the SSLEngine has sent a HelloRetryRequest, and which has not answered yet. */
    @Nullable
    SkippedEarlyData earlyDataBeforeSecondHello() {
        return retryPending && earlyData.isDueBeforeSecondHello() ? earlyData : null;
    }

    /** The version that is agreed; null as long as none is. A HelloRetryRequest is TLS 1.3 (RFC 8446 4.1.4). */
    @Nullable
    TlsVersion version() {
        return reader.version();
    }

    HandshakeReader reader() {
        return reader;
    }

    /** Whether what this end sends goes out in the clear. */
    boolean isWriteInTheClear() {
        return !writeEncrypted;
    }

    /**
     * Takes a whole record from the peer.
     *
     * @param record at its position; it is not moved
     * @throws TlsHandshakeException if a message in it must not be accepted
     */
    void received(ByteBuffer record) throws TlsHandshakeException {
        int at = record.position();
        if (!readEncrypted) {
            readEncrypted = isChangeCipherSpec12(record, at);
            show(record, at, received);
        }
    }

    /** Takes the records that the SSLEngine has put between {@code from} and the position. */
    void sent(ByteBuffer out, int from) throws TlsHandshakeException {
        int end = out.position();
        for (int at = from; at + HEADER <= end && !writeEncrypted; at += HEADER + fragmentLength(out, at)) {
            writeEncrypted = isChangeCipherSpec12(out, at);
            show(out, at, sent);
        }
    }

    private static void show(ByteBuffer records, int at, HandshakeAssembler messages) throws TlsHandshakeException {
        if (records.get(at) == RecordFormat.HANDSHAKE) {
            messages.fragment(records.array(), records.arrayOffset() + at + HEADER, fragmentLength(records, at));
        }
    }

    /** In TLS 1.3 change_cipher_spec means nothing (RFC 8446 5). */
    private boolean isChangeCipherSpec12(ByteBuffer records, int at) {
        return records.get(at) == RecordFormat.CHANGE_CIPHER_SPEC && reader.version() == TlsVersion.TLS_1_2;
    }

    private static int fragmentLength(ByteBuffer records, int at) {
        return records.getShort(at + 3) & 0xFFFF;
    }
}
