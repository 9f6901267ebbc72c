package io.parktls.wire;

import io.parktls.TlsVersion;
import java.util.Arrays;

/**
 * Finds the values of a hello that determine the framing of the handshake, without checking whether the hello is
 * well-formed. The methods allocate nothing.
 */
final class HelloScanner {
    private static final int PRE_SHARED_KEY = 41;
    private static final int EARLY_DATA = 42;
    private static final int SUPPORTED_VERSIONS = 43;

    /** The random that identifies a ServerHello as a HelloRetryRequest (RFC 8446 4.1.3). */
    private static final byte[] RETRY_REQUEST_RANDOM = {
        (byte) 0xCF,
        0x21,
        (byte) 0xAD,
        0x74,
        (byte) 0xE5,
        (byte) 0x9A,
        0x61,
        0x11,
        (byte) 0xBE,
        0x1D,
        (byte) 0x8C,
        0x02,
        0x1E,
        0x65,
        (byte) 0xB8,
        (byte) 0x91,
        (byte) 0xC2,
        (byte) 0xA2,
        0x11,
        0x16,
        0x7A,
        (byte) 0xBB,
        (byte) 0x8C,
        0x5E,
        0x07,
        (byte) 0x9E,
        0x09,
        (byte) 0xE2,
        (byte) 0xC8,
        (byte) 0xA8,
        0x33,
        (byte) 0x9C
    };

    /** The length of legacy_version and random, with which both hellos begin (RFC 8446 4.1.2, 4.1.3). */
    private static final int VERSION_AND_RANDOM = 2 + 32;

    private HelloScanner() {}

    /** Returns whether a ClientHello offers early data (RFC 8446 4.2.10). */
    static boolean offersEarlyData(byte[] bytes, int body, int bodyLength) {
        return inClientHello(bytes, body, bodyLength, EARLY_DATA) >= 0;
    }

    static boolean isRetryRequest(byte[] bytes, int body, int bodyLength) {
        int random = body + 2;
        int end = random + RETRY_REQUEST_RANDOM.length;
        return end <= body + bodyLength
                && Arrays.equals(bytes, random, end, RETRY_REQUEST_RANDOM, 0, RETRY_REQUEST_RANDOM.length);
    }

    /** Returns whether a ServerHello selects TLS 1.3, which only supported_versions can do (RFC 8446 4.2.1). */
    static boolean selectsTls13(byte[] bytes, int body, int bodyLength) {
        int at = inServerHello(bytes, body, bodyLength, SUPPORTED_VERSIONS);
        return at >= 0 && at + 2 <= body + bodyLength && uint16(bytes, at) == TlsVersion.TLS_1_3.code();
    }

    /** Returns whether a ServerHello of TLS 1.3 selects a pre-shared key (RFC 8446 4.2.11). */
    static boolean selectsPreSharedKey(byte[] bytes, int body, int bodyLength) {
        return inServerHello(bytes, body, bodyLength, PRE_SHARED_KEY) >= 0;
    }

    /** Returns whether a ServerHello has that session id, which is how TLS 1.2 resumes a session (RFC 5246 7.4.1.3). */
    static boolean hasSessionId(byte[] bytes, int body, int bodyLength, byte[] id) {
        int at = body + VERSION_AND_RANDOM;
        int end = at + 1 + id.length;
        return end <= body + bodyLength
                && (bytes[at] & 0xFF) == id.length
                && Arrays.equals(bytes, at + 1, end, id, 0, id.length);
    }

    /** Returns the index of the data of a ClientHello's extension (RFC 8446 4.1.2); -1 if the extension is absent. */
    private static int inClientHello(byte[] bytes, int body, int length, int extension) {
        int end = body + length;
        int at = skip(bytes, body + VERSION_AND_RANDOM, end, 1); // legacy_session_id
        at = skip(bytes, at, end, 2); // cipher_suites
        at = skip(bytes, at, end, 1); // legacy_compression_methods
        return find(bytes, at, end, extension);
    }

    /** Returns the index of the data of a ServerHello's extension (RFC 8446 4.1.3); -1 if the extension is absent. */
    private static int inServerHello(byte[] bytes, int body, int length, int extension) {
        int end = body + length;
        int at = skip(bytes, body + VERSION_AND_RANDOM, end, 1); // legacy_session_id_echo
        return find(bytes, at + 2 + 1, end, extension); // cipher_suite, legacy_compression_method
    }

    /** Returns the index after a vector; {@code end} if the vector is incomplete. */
    private static int skip(byte[] bytes, int at, int end, int lengthBytes) {
        if (at + lengthBytes > end) {
            return end;
        }
        int length = lengthBytes == 1 ? bytes[at] & 0xFF : uint16(bytes, at);
        return Math.min(end, at + lengthBytes + length);
    }

    private static int find(byte[] bytes, int extensions, int end, int wanted) {
        int at = extensions + 2;
        while (at + 4 <= end) {
            int data = at + 4;
            int next = data + uint16(bytes, at + 2);
            if (uint16(bytes, at) == wanted && next <= end) {
                return data;
            }
            at = next;
        }
        return -1;
    }

    static int uint16(byte[] bytes, int at) {
        return (bytes[at] & 0xFF) << 8 | (bytes[at + 1] & 0xFF);
    }
}
