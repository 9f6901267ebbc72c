package io.parktls.wire;

/**
 * Finds an extension in a hello without judging the rest: whether a hello is well-formed is for its reader to say. All
 * methods allocate nothing.
 */
final class HelloExtensions {
    static final int EARLY_DATA = 42;
    static final int SUPPORTED_VERSIONS = 43;

    /** legacy_version and random, with which both hellos begin (RFC 8446 4.1.2, 4.1.3). */
    private static final int VERSION_AND_RANDOM = 2 + 32;

    private HelloExtensions() {}

    /** Where the data of a ClientHello's extension starts (RFC 8446 4.1.2); -1 if the extension is not there. */
    static int inClientHello(byte[] bytes, int body, int length, int extension) {
        int end = body + length;
        int at = skip(bytes, body + VERSION_AND_RANDOM, end, 1); // legacy_session_id
        at = skip(bytes, at, end, 2); // cipher_suites
        at = skip(bytes, at, end, 1); // legacy_compression_methods
        return find(bytes, at, end, extension);
    }

    /** Where the data of a ServerHello's extension starts (RFC 8446 4.1.3); -1 if the extension is not there. */
    static int inServerHello(byte[] bytes, int body, int length, int extension) {
        int end = body + length;
        int at = skip(bytes, body + VERSION_AND_RANDOM, end, 1); // legacy_session_id_echo
        return find(bytes, at + 2 + 1, end, extension); // cipher_suite, legacy_compression_method
    }

    /** Where the bytes behind a vector start; {@code end} if it is not there as a whole. */
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
