package io.parktls.wire;

import io.parktls.TlsHandshakeException;
import io.parktls.TlsVersion;
import java.util.Arrays;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Reads the messages of a server's handshake: the client's hello, certificate, signature and key exchange. */
public final class ServerSideReader extends HandshakeReader {
    private final Collection<TlsVersion> supported;

    private @Nullable ClientHello hello;
    private @Nullable ServerHello retry;

    /** The signature schemes that the server's CertificateRequest accepts; null before one is sent. */
    private int @Nullable [] requestedSchemes;

    /** The extensions of the server's CertificateRequest of TLS 1.3; none before one is sent. */
    private Extensions requested = Extensions.none();

    /** Whether a ServerHello has been sent. */
    private boolean answered;

    ServerSideReader(Collection<TlsVersion> supported) {
        this.supported = supported;
    }

    /** Returns the latest ClientHello; null before one is received. */
    public @Nullable ClientHello clientHello() {
        return hello;
    }

    @Override
    public void message(int type, byte[] bytes, int bodyOffset, int bodyLength) throws TlsHandshakeException {
        if (type == HandshakeType.CLIENT_HELLO) {
            clientHello(ClientHello.parse(bytes, bodyOffset, bodyLength));
            return;
        }
        TlsVersion version = version();
        if (version == null) {
            return;
        }
        WireReader in = reader(type, bytes, bodyOffset, bodyLength);
        switch (type) {
            case HandshakeType.CERTIFICATE -> {
                if (version == TlsVersion.TLS_1_3) {
                    CertificateMessages.certificate13(in, false, requested::has);
                } else {
                    CertificateMessages.certificate12(in, false);
                }
            }
            case HandshakeType.CERTIFICATE_VERIFY ->
                CertificateMessages.certificateVerify(in, version, this::isRequestedScheme);
            case HandshakeType.CLIENT_KEY_EXCHANGE -> {
                if (version == TlsVersion.TLS_1_2) {
                    CertificateMessages.clientKeyExchange(in);
                }
            }
            case HandshakeType.END_OF_EARLY_DATA -> in.requireEnd("the message");
            case HandshakeType.FINISHED -> checkFinished(in);
            default -> {}
        }
    }

    private void clientHello(ClientHello received) throws TlsHandshakeException {
        ClientHello first = hello;
        // Kept before the checks, so that a report of the failure can tell what the client asked for.
        hello = received;
        if (first == null) {
            negotiate(ClientHelloRules.check(received, supported));
        } else if (retry != null && !answered) {
            ClientHelloRules.checkRetry(first, received, retry);
        }
    }

    private boolean isRequestedScheme(int scheme) {
        int[] schemes = requestedSchemes;
        return schemes == null || Arrays.stream(schemes).anyMatch(one -> one == scheme);
    }

    @Override
    void recordSent(int type, byte[] bytes, int bodyOffset, int bodyLength) throws TlsHandshakeException {
        WireReader in = reader(type, bytes, bodyOffset, bodyLength);
        switch (type) {
            case HandshakeType.SERVER_HELLO -> {
                ServerHello sent = ServerHello.parse(bytes, bodyOffset, bodyLength);
                recordServerHello(sent, hello);
                if (sent.isRetryRequest()) {
                    retry = sent;
                } else {
                    answered = true;
                }
            }
            case HandshakeType.SERVER_KEY_EXCHANGE -> recordKeyExchange(bytes, bodyOffset, bodyLength);
            case HandshakeType.CERTIFICATE_REQUEST -> {
                if (isTls13()) {
                    requested = CertificateMessages.certificateRequest13(in);
                    requestedSchemes = requested.values(ExtensionType.SIGNATURE_ALGORITHMS, 2);
                } else {
                    requestedSchemes = CertificateMessages.certificateRequest12(in);
                }
            }
            default -> {}
        }
    }
}
