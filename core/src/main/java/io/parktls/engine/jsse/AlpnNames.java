package io.parktls.engine.jsse;

import java.nio.charset.StandardCharsets;

/**
 * ALPN names are bytes (RFC 7301 3.1). ParkTLS takes them for UTF-8; JSSE hands each byte through as a character, as far
 * as security property {@code jdk.tls.alpnCharset} is left alone.
 */
final class AlpnNames {
    private AlpnNames() {}

    static String toJsse(String name) {
        return new String(name.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    static String fromJsse(String name) {
        return new String(name.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }
}
