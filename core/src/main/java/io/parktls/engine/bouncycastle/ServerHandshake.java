package io.parktls.engine.bouncycastle;

import io.parktls.TlsVersion;
import io.parktls.wire.HandshakeReader;
import io.parktls.wire.ServerSideReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Collection;
import java.util.Hashtable;
import org.bouncycastle.tls.ClientHello;
import org.bouncycastle.tls.HandshakeMessageInput;
import org.bouncycastle.tls.PskKeyExchangeMode;
import org.bouncycastle.tls.ServerHello;
import org.bouncycastle.tls.TlsExtensionsUtils;
import org.bouncycastle.tls.TlsServerProtocol;
import org.bouncycastle.tls.TlsUtils;
import org.jspecify.annotations.Nullable;

/**
 * Bouncy Castle's server protocol, with two additions. {@link MessageCheck} checks each handshake message before Bouncy
 * Castle processes it, and protocol versions that Bouncy Castle cannot handle are hidden from it.
 */
@SuppressWarnings({"JdkObsolete", "rawtypes", "unchecked"}) // Bouncy Castle's API is older than Map
final class ServerHandshake extends TlsServerProtocol implements HandshakeProgress {
    private static final int SSL_3_0 = 0x0300;
    private static final int TLS_1_2 = 0x0303;
    private static final int TLS_1_3 = 0x0304;

    private final ServerSideReader reader;
    private final MessageCheck check;

    private final boolean issuesTickets;

    /**
     * Creates the protocol of one handshake.
     *
     * @param supported the versions that may be negotiated
     * @param issuesTickets whether clients get session tickets
     */
    ServerHandshake(Collection<TlsVersion> supported, boolean issuesTickets) {
        this.reader = HandshakeReader.server(supported);
        this.check = new MessageCheck(reader);
        this.issuesTickets = issuesTickets;
    }

    /** Returns the latest ClientHello; null before one is received. */
    io.parktls.wire.@Nullable ClientHello clientHello() {
        return reader.clientHello();
    }

    @Override
    protected void handleHandshakeMessage(short type, HandshakeMessageInput message) throws IOException {
        check.received(type, message);
        super.handleHandshakeMessage(type, message);
    }

    @Override
    protected void writeRecord(short type, byte[] bytes, int offset, int length) throws IOException {
        check.sent(type, bytes, offset, length);
        super.writeRecord(type, bytes, offset, length);
    }

    @Override
    public int connectionState() {
        return connection_state;
    }

    @Override
    public boolean isTls13() {
        return TlsUtils.isTLSv13(getContext());
    }

    @Override
    public boolean isResumed() {
        return reader.isResumed();
    }

    @Override
    public void abandon() throws IOException {
        handleFailure();
    }

    /**
     * Derives the secret of session tickets. Bouncy Castle does not add the client's Finished to the transcript, which
     * the secret covers (RFC 8446 7.1). Clients that do not support resumption with forward secrecy get no tickets (RFC
     * 8446 4.2.9).
     */
    @Override
    protected void receive13ClientFinished(ByteArrayInputStream buf) throws IOException {
        super.receive13ClientFinished(buf);
        io.parktls.wire.ClientHello hello = reader.clientHello();
        if (issuesTickets && hello != null && hello.offersPskMode(PskKeyExchangeMode.psk_dhe_ke)) {
            ConnectionCrypto crypto = (ConnectionCrypto) getContext().getCrypto();
            JdkHash transcript = crypto.transcript();
            ((HandshakeMessageInput) buf).updateHash(transcript);
            crypto.deriveResumptionMaster(getContext().getSecurityParametersHandshake(), transcript);
        }
    }

    /**
     * Sends the ServerHello, and the new ticket that it announces if it resumes a session of TLS 1.2: in that handshake
     * the ticket comes before change_cipher_spec (RFC 5077 3.1). Bouncy Castle sends it in full handshakes only.
     */
    @Override
    protected void sendServerHelloMessage(ServerHello serverHello) throws IOException {
        super.sendServerHelloMessage(serverHello);
        Hashtable extensions = serverHello.getExtensions();
        if (getContext().getSecurityParametersHandshake().isResumedSession()
                && extensions != null
                && extensions.containsKey(EXT_SessionTicket)) {
            sendNewSessionTicketMessage(((ServerCallbacks) getPeer()).getNewSessionTicket());
        }
    }

    /**
     * Parses a ClientHello after adapting its versions to those that Bouncy Castle supports. A legacy_version above TLS
     * 1.2 stands for TLS 1.2 (RFC 5246 E.1, RFC 8446 4.1.2, D.1). Unknown versions in supported_versions must be
     * ignored (RFC 8446 4.2.1, RFC 8701), but Bouncy Castle fails on those that DTLS uses or reserves.
     * {@link MessageCheck} has already refused a ClientHello without a version that this server supports.
     *
     * <p>The transcript is not affected, because Bouncy Castle computes it from the message as received.
     */
    @Override
    protected ClientHello receiveClientHelloMessage(ByteArrayInputStream buf) throws IOException {
        io.parktls.wire.ClientHello read = reader.clientHello();
        boolean known = read == null || read.legacyVersion() <= TLS_1_2;
        ClientHello parsed = super.receiveClientHelloMessage(known ? buf : withVersion12(buf.readAllBytes()));
        dropUnknownVersions(parsed.getExtensions());
        return parsed;
    }

    private static ByteArrayInputStream withVersion12(byte[] hello) {
        hello[0] = (byte) (TLS_1_2 >>> 8);
        hello[1] = (byte) TLS_1_2;
        return new ByteArrayInputStream(hello);
    }

    private static void dropUnknownVersions(@Nullable Hashtable extensions) {
        if (extensions == null || !(extensions.get(TlsExtensionsUtils.EXT_supported_versions) instanceof byte[] list)) {
            return;
        }
        ByteArrayOutputStream known = new ByteArrayOutputStream(list.length);
        known.write(0);
        for (int i = 1; i < list.length; i += 2) {
            int version = (list[i] & 0xFF) << 8 | (list[i + 1] & 0xFF);
            if (version >= SSL_3_0 && version <= TLS_1_3) {
                known.write(list, i, 2);
            }
        }
        if (known.size() < list.length) {
            byte[] filtered = known.toByteArray();
            filtered[0] = (byte) (filtered.length - 1);
            extensions.put(TlsExtensionsUtils.EXT_supported_versions, filtered);
        }
    }

    @Override
    protected void handleException(short alertDescription, String message, Throwable e) throws IOException {
        super.handleException(DecodeErrors.alert(alertDescription, e), message, e);
    }
}
