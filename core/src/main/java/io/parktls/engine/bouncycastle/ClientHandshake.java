package io.parktls.engine.bouncycastle;

import io.parktls.CipherSuite;
import io.parktls.wire.HandshakeReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Hashtable;
import org.bouncycastle.tls.ClientHello;
import org.bouncycastle.tls.HandshakeMessageInput;
import org.bouncycastle.tls.HandshakeType;
import org.bouncycastle.tls.KeyShareEntry;
import org.bouncycastle.tls.SecurityParameters;
import org.bouncycastle.tls.ServerHello;
import org.bouncycastle.tls.TlsClientProtocol;
import org.bouncycastle.tls.TlsExtensionsUtils;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.crypto.TlsCryptoUtils;
import org.jspecify.annotations.Nullable;

/**
 * Bouncy Castle's client protocol, with additions. {@link MessageCheck} checks each handshake message before Bouncy
 * Castle processes it. A HelloRetryRequest may lack a key share, and may select a suite that the offered session cannot
 * be resumed with.
 *
 * <p>Bouncy Castle requires a key share in a HelloRetryRequest. RFC 8446 4.1.4 only requires that the ClientHello
 * changes, so a HelloRetryRequest may carry a cookie alone. In that case this class inserts the name of a group that
 * was offered anyway. Before the second ClientHello is sent it restores the key shares of the first one, as RFC 8446
 * 4.1.2 requires: the second ClientHello differs only by the cookie.
 */
@SuppressWarnings({"JdkObsolete", "rawtypes", "unchecked"}) // Bouncy Castle's API is older than Map
final class ClientHandshake extends TlsClientProtocol implements HandshakeProgress {
    // Constants of TlsProtocol that are not accessible here.
    private static final short SERVER_HELLO = (short) NAMES.indexOf("server_hello");
    private static final short SERVER_CERTIFICATE = (short) NAMES.indexOf("server certificate");
    private static final short CERTIFICATE_STATUS = (short) NAMES.indexOf("certificate_status");

    private final HandshakeReader reader = HandshakeReader.client();
    private final MessageCheck check = new MessageCheck(reader);

    /**
     * The key pairs of the first ClientHello while a HelloRetryRequest that carries only a cookie is being answered;
     * otherwise null.
     */
    private @Nullable Hashtable firstAgreements;

    private boolean helloSent;

    /** Whether the server's certificate is compressed (RFC 8879). */
    private boolean certificateCompressed;

    /** The key_share extension of the first ClientHello, kept as long as {@link #firstAgreements}. */
    private byte @Nullable [] firstKeyShares;

    /**
     * Processes a message. A server that resumes a session of TLS 1.2 may send a new ticket after its ServerHello (RFC
     * 5077 3.1), which Bouncy Castle, having added it to the transcript, would refuse. {@link CertificateStatuses}
     * explains why this class reads CertificateStatus itself.
     */
    @Override
    protected void handleHandshakeMessage(short type, HandshakeMessageInput message) throws IOException {
        check.received(type, message);
        if (type == HandshakeType.compressed_certificate) {
            // Bouncy Castle has added the message to the transcript, but would refuse it.
            certificateCompressed = true;
            super.handleHandshakeMessage(HandshakeType.certificate, message);
        } else if (type == HandshakeType.new_session_ticket && connection_state == SERVER_HELLO && isResumed12()) {
            receiveNewSessionTicket(message);
        } else if (type == HandshakeType.certificate_status && connection_state == SERVER_CERTIFICATE && !isTls13()) {
            ((ClientCallbacks) getPeer()).stapled12(CertificateStatuses.decode(message));
            connection_state = CERTIFICATE_STATUS;
        } else {
            super.handleHandshakeMessage(type, message);
        }
    }

    @Override
    protected void receive13ServerCertificate(ByteArrayInputStream message) throws IOException {
        int limit = ((ClientCallbacks) getPeer()).getMaxHandshakeMessageSize();
        super.receive13ServerCertificate(certificateCompressed ? check.decompressed(message, limit) : message);
    }

    private boolean isResumed12() {
        SecurityParameters security = getContext().getSecurityParametersHandshake();
        return security.isResumedSession() && !isTls13();
    }

    /** Derives the secret of session tickets, after the client's Finished and before its objects are cleared. */
    @Override
    protected void completeHandshake() throws IOException {
        ConnectionCrypto crypto = (ConnectionCrypto) getContext().getCrypto();
        if (isTls13() && ((ClientCallbacks) getPeer()).resumption().asksForTickets()) {
            crypto.deriveResumptionMaster(getContext().getSecurityParametersHandshake(), crypto.transcript());
        }
        super.completeHandshake();
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
    public byte[] offeredSession() {
        return tlsSession == null ? new byte[0] : tlsSession.getSessionID();
    }

    @Override
    public void abandon() throws IOException {
        handleFailure();
    }

    @Override
    protected void process13HelloRetryRequest(ServerHello helloRetryRequest) throws IOException {
        Hashtable extensions = helloRetryRequest.getExtensions();
        boolean cookie = extensions != null && extensions.containsKey(TlsExtensionsUtils.EXT_cookie);
        boolean keyShare = extensions != null && extensions.containsKey(TlsExtensionsUtils.EXT_key_share);
        if (cookie && !keyShare && !clientAgreements.isEmpty()) {
            firstAgreements = clientAgreements;
            firstKeyShares = (byte[]) clientHello.getExtensions().get(TlsExtensionsUtils.EXT_key_share);
            int offered = (Integer) clientAgreements.keys().nextElement();
            TlsExtensionsUtils.addKeyShareHelloRetryRequest(extensions, offered);
            // RFC 8446 4.2.8: a HelloRetryRequest must not name a group for which the client sent a key share.
            clientAgreements = new Hashtable();
        }
        super.process13HelloRetryRequest(helloRetryRequest);
    }

    /**
     * Records the group of the server's key share. After a HelloRetryRequest, Bouncy Castle reports the group that the
     * HelloRetryRequest named instead.
     */
    @Override
    protected void process13ServerHello(ServerHello serverHello, boolean afterHelloRetryRequest) throws IOException {
        super.process13ServerHello(serverHello, afterHelloRetryRequest);
        KeyShareEntry share = TlsExtensionsUtils.getKeyShareServerHello(serverHello.getExtensions());
        if (afterHelloRetryRequest && share != null) {
            ((ConnectionCrypto) getContext().getCrypto()).serverShareGroup(share.getNamedGroup());
        }
    }

    /**
     * Sends a ClientHello. The second one offers only keys whose hash is that of the suite which the HelloRetryRequest
     * has selected (RFC 8446 4.1.4), and the length of its binders is adapted to that. Otherwise, Bouncy Castle would
     * announce more bytes than it sends, and the server would wait for them.
     */
    @Override
    protected void sendClientHelloMessage() throws IOException {
        if (helloSent) {
            clientHello = new ClientHello(
                    clientHello.getVersion(),
                    clientHello.getRandom(),
                    clientHello.getSessionID(),
                    clientHello.getCookie(),
                    clientHello.getCipherSuites(),
                    clientHello.getExtensions(),
                    PreSharedKeyExtension.bindersLength(clientHello.getExtensions(), hashLength()));
        }
        helloSent = true;
        Hashtable agreements = firstAgreements;
        if (agreements != null) {
            clientHello.getExtensions().put(TlsExtensionsUtils.EXT_key_share, firstKeyShares);
            clientAgreements = agreements;
            firstAgreements = null;
            firstKeyShares = null;
        }
        PreSharedKeyExtension.writeAges(
                clientHello.getExtensions(),
                ((ClientCallbacks) getPeer()).resumption().keys());
        super.sendClientHelloMessage();
    }

    /** Returns the length of the selected suite's hash. */
    private int hashLength() {
        int suite = getContext().getSecurityParametersHandshake().getCipherSuite();
        return TlsCryptoUtils.getHashOutputSize(SessionSecrets.hash(CipherSuite.of(suite)));
    }

    @Override
    protected void handleException(short alertDescription, String message, Throwable e) throws IOException {
        super.handleException(DecodeErrors.alert(alertDescription, e), message, e);
    }
}
