package io.parktls.engine.bouncycastle;

import io.parktls.ClientAuth;
import io.parktls.TlsAlert;
import io.parktls.TlsContext;
import io.parktls.TlsFailure;
import io.parktls.TlsHandshakeException;
import io.parktls.TlsSession;
import io.parktls.TlsStatus;
import io.parktls.TlsTruncatedException;
import io.parktls.engine.FirstBytes;
import io.parktls.engine.TlsEngine;
import io.parktls.record.HandshakeRecords;
import io.parktls.record.RecordFormat;
import io.parktls.record.RecordLayer;
import java.io.IOException;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLException;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsProtocol;
import org.jspecify.annotations.Nullable;

/**
 * Bouncy Castle's handshake, then the record path.
 *
 * <pre>
 *   NEW --first call--&gt; NEGOTIATING --complete--&gt; FINISHING --out drained--&gt; ESTABLISHED
 *                            |                                                  |
 *                            | close_notify: CLOSED ever after                  | Bouncy Castle's objects are garbage
 *                            v failure                                          v
 * </pre>
 *
 * Bouncy Castle is offered one record at a time, so that it never sees what comes behind the handshake.
 */
final class BouncyCastleEngine implements TlsEngine {
    private final TlsContext context;

    /** Guarded by the connection's two locks, as is all that ends with the handshake. Null once it is done. */
    private @Nullable Handshake handshake;

    private boolean inputEnded;

    /** Whether the peer's first bytes have been seen, and were TLS. */
    private boolean judged;

    private final HandshakeRecords recordsSeen;

    /** What the read half and the write half use once the handshake is done; written once before. */
    private @Nullable RecordLayer records;

    private @Nullable Negotiated negotiated;

    /** The parts of Bouncy Castle that a handshake needs. */
    private record Handshake(
            TlsProtocol protocol, HandshakeSteps steps, HandshakePeer peer, ConnectionCrypto crypto, Start start) {}

    /** Begins the handshake: {@code connect} or {@code accept}. */
    private interface Start {
        void begin() throws IOException;
    }

    private boolean started;

    private final boolean server;

    private BouncyCastleEngine(TlsContext context, Handshake handshake, boolean server) {
        this.context = context;
        this.handshake = handshake;
        this.server = server;
        this.recordsSeen = new HandshakeRecords(context.limits());
    }

    static BouncyCastleEngine client(PreparedContext prepared, @Nullable String host) {
        ConnectionCrypto crypto = prepared.crypto();
        ClientPeer peer = new ClientPeer(prepared, crypto, host);
        ClientHandshake protocol = new ClientHandshake();
        Handshake handshake = new Handshake(protocol, protocol, peer, crypto, () -> protocol.connect(peer));
        return new BouncyCastleEngine(prepared.context, handshake, false);
    }

    static BouncyCastleEngine server(PreparedContext prepared) {
        ConnectionCrypto crypto = prepared.crypto();
        ServerPeer peer = new ServerPeer(prepared, crypto);
        ServerHandshake protocol = new ServerHandshake();
        Handshake handshake = new Handshake(protocol, protocol, peer, crypto, () -> protocol.accept(peer));
        return new BouncyCastleEngine(prepared.context, handshake, true);
    }

    // ---- handshake

    @Override
    public TlsStatus handshake(ByteBuffer in, ByteBuffer out) throws SSLException {
        Handshake current = handshake;
        if (current == null) {
            return TlsStatus.OK;
        }
        try {
            return negotiate(current, in, out);
        } catch (IOException e) {
            if (current.peer().alerts().isCloseNotifyReceived()) {
                discardOutput(current.protocol());
                return TlsStatus.CLOSED;
            }
            boolean alerted = current.protocol().getAvailableOutputBytes() > 0;
            moveOutput(current.protocol(), out);
            SSLException failure = failure(current.peer().alerts(), e);
            if (!alerted && failure instanceof TlsFailure typed && !typed.isAlertReceived()) {
                // Bouncy Castle says nothing before it has a ClientHello, and nothing about an end of stream.
                typed.alert().ifPresent(alert -> sendAlert(current, alert, out));
            }
            throw failure;
        }
    }

    /** A TLS 1.3 server that has sent its flight waits for Finished, and unless it asked for a certificate for nothing else. */
    @Override
    public boolean isHandshakeLight() {
        Handshake current = handshake;
        if (current == null) {
            return true;
        }
        HandshakeCipher cipher = current.crypto().lastCipher();
        return server && context.clientAuth() == ClientAuth.NONE && cipher != null && cipher.writeSecret() != null;
    }

    private static void sendAlert(Handshake current, TlsAlert alert, ByteBuffer out) {
        HandshakeCipher cipher = current.crypto().lastCipher();
        if (cipher != null && cipher.isWriting()) {
            cipher.sealer().sealAlert(alert, out);
        } else {
            RecordFormat.putPlaintextAlert(alert, out);
        }
    }

    private TlsStatus negotiate(Handshake current, ByteBuffer in, ByteBuffer out) throws IOException {
        if (current.peer().alerts().isCloseNotifyReceived()) {
            return TlsStatus.CLOSED;
        }
        if (!started) {
            started = true;
            current.start().begin();
        }
        TlsProtocol protocol = current.protocol();
        while (current.peer().negotiated() == null && offerRecord(protocol, in)) {
            if (current.peer().alerts().areTooManyWarnings()) {
                throw new TlsHandshakeException("too many warning alerts", TlsAlert.UNEXPECTED_MESSAGE, null);
            }
        }
        boolean complete = current.peer().negotiated() != null;
        if ((complete || !isToHoldBack(protocol)) && !moveOutput(protocol, out)) {
            return TlsStatus.WANT_WRITE;
        }
        if (complete) {
            if (out.position() > 0) {
                return TlsStatus.WANT_WRITE;
            }
            establish(current);
            return TlsStatus.OK;
        }
        if (inputEnded && context.truncationIgnored()) {
            return TlsStatus.CLOSED;
        }
        if (inputEnded) {
            throw new TlsTruncatedException(
                    "the stream ended in mid-handshake (" + state() + ")", TlsAlert.DECODE_ERROR, null);
        }
        return TlsStatus.WANT_READ;
    }

    /** Offers the next record if it is whole. */
    private boolean offerRecord(TlsProtocol protocol, ByteBuffer in) throws IOException {
        if (in.remaining() < RecordFormat.HEADER) {
            return false;
        }
        int start = in.arrayOffset() + in.position();
        if (!judged) {
            FirstBytes.check(in);
            if (server && in.array()[start] != RecordFormat.HANDSHAKE) {
                throw new TlsHandshakeException(
                        "no ClientHello, but something else", TlsAlert.UNEXPECTED_MESSAGE, null);
            }
            judged = true;
        }
        int length = RecordFormat.HEADER + RecordFormat.fragmentLength(in.array(), start);
        if (length > RecordFormat.MAX_RECORD) {
            throw new TlsHandshakeException("a record of " + length + " bytes", TlsAlert.RECORD_OVERFLOW, null);
        }
        if (in.remaining() < length) {
            return false;
        }
        String tooMany = recordsSeen.refuse(in.array()[start]);
        if (tooMany != null) {
            throw new TlsHandshakeException(tooMany, TlsAlert.UNEXPECTED_MESSAGE, null);
        }
        if (server && in.array()[start] == RecordFormat.HANDSHAKE) {
            requireModestHello(in.array(), start, length);
        }
        requireGoodAlert(in.array(), start, length);
        in.position(in.position() + length);
        protocol.offerInput(in.array(), start, length);
        return true;
    }

    /** RFC 5246 7.2, RFC 8446 5.1: an alert in the clear is whole, and either a warning or fatal. */
    private static void requireGoodAlert(byte[] record, int start, int length) throws TlsHandshakeException {
        if (record[start] != RecordFormat.ALERT || length > RecordFormat.HEADER + 2) {
            return;
        }
        if (length < RecordFormat.HEADER + 2) {
            throw new TlsHandshakeException("a part of an alert", TlsAlert.UNEXPECTED_MESSAGE, null);
        }
        int level = record[start + RecordFormat.HEADER];
        if (level != TlsAlert.LEVEL_WARNING && level != TlsAlert.LEVEL_FATAL) {
            throw new TlsHandshakeException("an alert of level " + level, TlsAlert.ILLEGAL_PARAMETER, null);
        }
    }

    /** A stranger's first message need not be as long as a certificate chain. */
    private void requireModestHello(byte[] record, int start, int length) throws TlsHandshakeException {
        int helloLength = recordsSeen.firstMessageLength(record, start, length);
        if (helloLength > context.limits().clientHelloSize()) {
            throw new TlsHandshakeException(
                    "a ClientHello of " + helloLength + " bytes", TlsAlert.ILLEGAL_PARAMETER, null);
        }
    }

    /**
     * Whether all there is to send is the change_cipher_spec that a client of TLS 1.3 sends for the look of it (RFC 8446 D.4).
     * Bouncy Castle puts it out in the middle of the server's flight. Sent at once, it would be a write of its own, and over a
     * narrow pipe that blocks both ends would wait for room; so it goes out with the rest of the client's flight.
     */
    private boolean isToHoldBack(TlsProtocol protocol) {
        return !server && protocol.getAvailableOutputBytes() == RecordFormat.HEADER + 1;
    }

    /** Moves whole records; returns whether all of them fit. */
    private static boolean moveOutput(TlsProtocol protocol, ByteBuffer out) {
        int length = protocol.previewOutputRecord();
        while (length > 0 && length <= out.remaining()) {
            protocol.readOutput(out.array(), out.arrayOffset() + out.position(), length);
            out.position(out.position() + length);
            length = protocol.previewOutputRecord();
        }
        return length == 0;
    }

    private static void discardOutput(TlsProtocol protocol) {
        byte[] unwanted = new byte[protocol.getAvailableOutputBytes()];
        protocol.readOutput(unwanted, 0, unwanted.length);
    }

    private void establish(Handshake done) {
        HandshakeCipher cipher = done.crypto().lastCipher();
        negotiated = done.peer().negotiated();
        if (cipher == null || negotiated == null) {
            throw new IllegalStateException("the handshake is complete, but nothing was negotiated");
        }
        records = new RecordLayer(
                cipher.opener(),
                cipher.sealer(),
                cipher.readSecret(),
                cipher.writeSecret(),
                context.limits(),
                server,
                context.truncationIgnored(),
                context.clock());
        if (inputEnded) {
            records.endOfInput();
        }
        done.crypto().retireHandshakeKeys();
        handshake = null;
    }

    private static SSLException failure(Alerts alerts, IOException e) {
        if (e instanceof SSLException already) {
            return already;
        }
        if (e instanceof Unverified unverified) {
            return unverified.reason();
        }
        if (alerts.isFatalReceived()) {
            return TlsAlert.of(alerts.received())
                    .map(TlsHandshakeException::received)
                    .orElseGet(() -> TlsHandshakeException.received(alerts.received()));
        }
        Throwable cause = alerts.cause() == null ? e : alerts.cause();
        return new TlsHandshakeException(reason(alerts, cause), alerts.raised(), cause);
    }

    /** Bouncy Castle writes {@code handshake_failure(40); why} if it says why, and else what it was about to do. */
    private static String reason(Alerts alerts, Throwable cause) {
        String text = String.valueOf(cause.getMessage());
        int why = cause instanceof TlsFatalAlert ? text.indexOf("; ") : -1;
        if (why >= 0) {
            return text.substring(why + 2);
        }
        String doing = alerts.message();
        return doing == null || doing.equals(text) ? text : doing + ": " + text;
    }

    // ---- records

    @Override
    public TlsStatus read(ByteBuffer in, ByteBuffer dst) throws SSLException {
        return established().read(in, dst);
    }

    @Override
    public TlsStatus write(ByteBuffer src, ByteBuffer out) throws SSLException {
        return established().write(src, out);
    }

    @Override
    public TlsStatus closeNotify(ByteBuffer out) {
        return established().closeNotify(out);
    }

    @Override
    public boolean hasReply() {
        RecordLayer current = records;
        return current != null && current.hasReply();
    }

    @Override
    public TlsStatus reply(ByteBuffer out) {
        RecordLayer current = records;
        return current == null ? TlsStatus.OK : current.reply(out);
    }

    @Override
    public void endOfInput() {
        inputEnded = true;
        if (records != null) {
            records.endOfInput();
        }
    }

    @Override
    public void updateKeys(boolean requestPeer) {
        established().updateKeys(requestPeer);
    }

    @Override
    public int pending() {
        return established().pending();
    }

    private RecordLayer established() {
        RecordLayer current = records;
        if (current == null) {
            throw new IllegalStateException("the handshake is not done");
        }
        return current;
    }

    // ---- results

    @Override
    public TlsSession session() {
        return negotiatedOrThrow().session();
    }

    @Override
    public byte[] exportKeyingMaterial(String label, byte @Nullable [] exporterContext, int length)
            throws SSLException {
        try {
            return negotiatedOrThrow().exporter().export(label, exporterContext, length);
        } catch (IOException e) {
            throw new SSLException("cannot export keying material: " + e.getMessage(), e);
        }
    }

    private Negotiated negotiatedOrThrow() {
        Negotiated current = negotiated;
        if (current == null) {
            throw new IllegalStateException("the handshake is not done");
        }
        return current;
    }

    @Override
    public String state() {
        if (records != null) {
            return "established";
        }
        if (!started) {
            return "not started";
        }
        Handshake current = handshake;
        return (server ? "server" : "client") + " at "
                + (current == null ? "the end" : current.steps().lastStep());
    }

    @Override
    public void destroy() {
        if (records != null) {
            records.destroy();
        }
        if (negotiated != null) {
            negotiated.exporter().destroy();
        }
        handshake = null;
    }
}
