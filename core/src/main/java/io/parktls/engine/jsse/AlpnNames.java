package io.parktls.engine.jsse;

import io.parktls.engine.ApplicationProtocolNames;
import java.nio.charset.StandardCharsets;

/**
 * Converts ALPN names between ParkTLS and JSSE. On the wire they are bytes (RFC 7301 3.1). ParkTLS interprets them as
 * UTF-8; JSSE maps each byte to one character, unless the security property {@code jdk.tls.alpnCharset} is changed.
 */
final class AlpnNames {
    private AlpnNames() {}

    static String toJsse(String name) {
        return new String(ApplicationProtocolNames.toBytes(name), StandardCharsets.ISO_8859_1);
    }

    static String fromJsse(String name) {
        return ApplicationProtocolNames.of(name.getBytes(StandardCharsets.ISO_8859_1));
    }
}
