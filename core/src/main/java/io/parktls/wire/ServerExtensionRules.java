package io.parktls.wire;

import io.parktls.TlsHandshakeException;
import io.parktls.pki.Printable;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Checks the server's answers to extensions, which TLS 1.2 has in ServerHello and TLS 1.3 in EncryptedExtensions. */
final class ServerExtensionRules {
    private ServerExtensionRules() {}

    static void check(ClientHello offered, Extensions answers, WireReader in) throws TlsHandshakeException {
        // RFC 7301 3.2
        byte[] protocol = answers.body(ExtensionType.ALPN);
        if (protocol.length > 0 && !offered.offersProtocolName(protocol, 3, protocol.length - 3)) {
            String name = new String(protocol, 3, protocol.length - 3, StandardCharsets.UTF_8);
            throw in.illegal(
                    "the server selected the application protocol '" + Printable.of(name) + "', which was not offered");
        }
        // RFC 6066 4
        byte[] fragments = answers.body(ExtensionType.MAX_FRAGMENT_LENGTH);
        if (fragments.length > 0 && !Arrays.equals(fragments, offered.extension(ExtensionType.MAX_FRAGMENT_LENGTH))) {
            throw in.illegal("max_fragment_length differs from what the client requested");
        }
        // RFC 8449 5
        if (fragments.length > 0 && answers.has(ExtensionType.RECORD_SIZE_LIMIT)) {
            throw in.illegal("it has both max_fragment_length and record_size_limit");
        }
    }
}
