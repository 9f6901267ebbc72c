package io.parktls.engine;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Converts the names of application protocols between strings and bytes. A name is a byte string that is usually, but
 * not always, UTF-8 (RFC 7301 3.1; the values of GREASE are not, RFC 8701). In a name that is not UTF-8, each byte from
 * 0x80 on is represented by the unpaired surrogate U+DC00 plus the byte, so that no information is lost.
 */
public final class ApplicationProtocolNames {
    private static final int SURROGATE = 0xDC00;

    private ApplicationProtocolNames() {}

    /**
     * {@return the bytes of a name}
     *
     * @param name the name
     */
    public static byte[] toBytes(String name) {
        if (StandardCharsets.UTF_8.newEncoder().canEncode(name)) {
            return name.getBytes(StandardCharsets.UTF_8);
        }
        byte[] bytes = new byte[name.length()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) name.charAt(i);
        }
        return bytes;
    }

    /**
     * {@return the name with the given bytes}
     *
     * @param bytes the bytes
     */
    public static String of(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            StringBuilder name = new StringBuilder(bytes.length);
            for (byte b : bytes) {
                name.append((char) (b < 0 ? SURROGATE | (b & 0xFF) : b));
            }
            return name.toString();
        }
    }
}
