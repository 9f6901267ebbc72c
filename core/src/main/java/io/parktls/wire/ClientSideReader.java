package io.parktls.wire;

import io.parktls.TlsHandshakeException;
import io.parktls.TlsVersion;
import org.jspecify.annotations.Nullable;

/**
 * Reads the messages of a client's handshake. It checks the server's messages against what this client's ClientHello
 * offers.
 */
public final class ClientSideReader extends HandshakeReader {
    /** The latest ClientHello of this client; null before it is sent. */
    private @Nullable ClientHello offered;

    private @Nullable ServerHello retry;
    private @Nullable ServerHello hello;

    ClientSideReader() {}

    @Override
    public void message(int type, byte[] bytes, int bodyOffset, int bodyLength) throws TlsHandshakeException {
        ClientHello asked = offered;
        if (asked == null) {
            return;
        }
        WireReader in = reader(type, bytes, bodyOffset, bodyLength);
        if (type == HandshakeType.SERVER_HELLO) {
            serverHello(asked, ServerHello.parse(bytes, bodyOffset, bodyLength, asked));
        } else if (type == HandshakeType.HELLO_REQUEST) {
            in.requireEnd("the message");
        } else if (type == HandshakeType.FINISHED) {
            checkFinished(in);
        } else if (hello != null && isTls13()) {
            message13(asked, type, in);
        } else if (hello != null) {
            message12(asked, hello, type, in);
        }
    }

    private void serverHello(ClientHello asked, ServerHello received) throws TlsHandshakeException {
        if (hello != null) {
            return;
        }
        ServerHelloRules.check(asked, received, retry);
        recordServerHello(received, asked);
        if (received.isRetryRequest()) {
            retry = received;
        } else {
            hello = received;
        }
    }

    private static void message13(ClientHello asked, int type, WireReader in) throws TlsHandshakeException {
        switch (type) {
            case HandshakeType.ENCRYPTED_EXTENSIONS -> EncryptedExtensions.check(in, asked);
            case HandshakeType.CERTIFICATE_REQUEST -> CertificateMessages.certificateRequest13(in);
            case HandshakeType.CERTIFICATE -> CertificateMessages.certificate13(in, true, asked::hasExtension);
            case HandshakeType.COMPRESSED_CERTIFICATE -> {
                // The engine decompresses it and passes on the content as a Certificate.
                if (!asked.hasExtension(ExtensionType.COMPRESS_CERTIFICATE)) {
                    throw HandshakeErrors.unexpectedMessage(
                            "the server sent a CompressedCertificate, which was not offered (RFC 8879 4)");
                }
            }
            case HandshakeType.CERTIFICATE_VERIFY ->
                CertificateMessages.certificateVerify(in, TlsVersion.TLS_1_3, asked::offersSignatureScheme);
            case HandshakeType.NEW_SESSION_TICKET -> CertificateMessages.newSessionTicket13(in);
            default -> {}
        }
    }

    private void message12(ClientHello asked, ServerHello answer, int type, WireReader in)
            throws TlsHandshakeException {
        switch (type) {
            case HandshakeType.CERTIFICATE -> CertificateMessages.certificate12(in, true);
            case HandshakeType.CERTIFICATE_STATUS -> {
                if (!answer.extensions().has(ExtensionType.STATUS_REQUEST)
                        && !answer.extensions().has(ExtensionType.STATUS_REQUEST_V2)) {
                    throw HandshakeErrors.unexpectedMessage(
                            "the server sent a CertificateStatus that its ServerHello did not announce (RFC 6066 8)");
                }
                ServerExtensionSyntax.certificateStatus(in, asked.hasExtension(ExtensionType.STATUS_REQUEST_V2));
                in.requireEnd("response");
            }
            case HandshakeType.SERVER_KEY_EXCHANGE -> {
                int offset = in.position();
                int length = in.remaining();
                CertificateMessages.serverKeyExchange(in, asked);
                recordKeyExchange(in.bytes(), offset, length);
            }
            case HandshakeType.CERTIFICATE_REQUEST -> CertificateMessages.certificateRequest12(in);
            case HandshakeType.SERVER_HELLO_DONE -> in.requireEnd("the message");
            case HandshakeType.NEW_SESSION_TICKET -> {
                if (!answer.extensions().has(ExtensionType.SESSION_TICKET)) {
                    throw HandshakeErrors.unexpectedMessage(
                            "the server sent a NewSessionTicket that its ServerHello did not announce (RFC 5077 3.3)");
                }
                CertificateMessages.newSessionTicket12(in);
            }
            default -> {}
        }
    }

    @Override
    void recordSent(int type, byte[] bytes, int bodyOffset, int bodyLength) throws TlsHandshakeException {
        if (type == HandshakeType.CLIENT_HELLO) {
            offered = ClientHello.parse(bytes, bodyOffset, bodyLength);
        }
    }
}
