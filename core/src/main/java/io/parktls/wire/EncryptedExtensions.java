package io.parktls.wire;

import io.parktls.TlsHandshakeException;

/** Checks the message EncryptedExtensions (RFC 8446 4.3.1). */
final class EncryptedExtensions {
    private EncryptedExtensions() {}

    /**
     * Checks the whole message.
     *
     * @param offered the ClientHello whose extensions the server may answer
     */
    static void check(WireReader in, ClientHello offered) throws TlsHandshakeException {
        Extensions answers = Extensions.read(in, 0, (type, body) -> {
            if (!offered.hasExtension(type)) {
                throw HandshakeErrors.unsupportedExtension("the server answers with " + ExtensionType.name(type)
                        + " in its EncryptedExtensions, which the client did not offer (RFC 8446 4.2)");
            }
            if (!isAllowed(type)) {
                throw body.illegal("not allowed in EncryptedExtensions");
            }
            ServerExtensionSyntax.encryptedExtensions(type, body);
        });
        in.requireEnd("the extensions");
        ServerExtensionRules.check(offered, answers, in);
    }

    /** Returns whether EncryptedExtensions may contain the extension (RFC 8446 4.2, RFC 8449). */
    private static boolean isAllowed(int type) {
        return switch (type) {
            case ExtensionType.SERVER_NAME,
                    ExtensionType.MAX_FRAGMENT_LENGTH,
                    ExtensionType.SUPPORTED_GROUPS,
                    ExtensionType.USE_SRTP,
                    ExtensionType.HEARTBEAT,
                    ExtensionType.ALPN,
                    ExtensionType.CLIENT_CERTIFICATE_TYPE,
                    ExtensionType.SERVER_CERTIFICATE_TYPE,
                    ExtensionType.RECORD_SIZE_LIMIT,
                    ExtensionType.EARLY_DATA -> true;
            default -> !ExtensionType.isKnown(type) || type == ExtensionType.ENCRYPTED_CLIENT_HELLO;
        };
    }
}
