package io.parktls.wire;

import java.io.ByteArrayOutputStream;
import java.util.HexFormat;

/** Creates bytes for tests, from hexadecimal digits and with the vectors of the presentation language (RFC 8446 3). */
public final class WireBytes {
    private WireBytes() {}

    /** Parses hexadecimal digits, and ignores spaces. */
    public static byte[] bytes(String digits) {
        return HexFormat.of().parseHex(digits.replace(" ", ""));
    }

    /** Concatenates the parts. */
    public static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    /** Encodes a vector whose length field has {@code lengthBytes} bytes. */
    public static byte[] vector(int lengthBytes, byte[]... parts) {
        byte[] content = join(parts);
        return join(number(lengthBytes, content.length), content);
    }

    /** Encodes a number in {@code lengthBytes} bytes. */
    public static byte[] number(int lengthBytes, int value) {
        byte[] bytes = new byte[lengthBytes];
        for (int i = 0; i < lengthBytes; i++) {
            bytes[i] = (byte) (value >>> 8 * (lengthBytes - 1 - i));
        }
        return bytes;
    }

    /** Encodes a handshake message, which consists of type, length and body. */
    public static byte[] message(int type, byte[] body) {
        return join(number(1, type), number(3, body.length), body);
    }

    /** Encodes content as one or more unprotected records. */
    public static byte[] records(int type, byte[] content) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int at = 0; at == 0 || at < content.length; at += 1 << 14) {
            int length = Math.min(1 << 14, content.length - at);
            all.writeBytes(join(number(1, type), number(2, 0x0303), number(2, length)));
            all.write(content, at, length);
        }
        return all.toByteArray();
    }
}
