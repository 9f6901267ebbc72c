package io.parktls.engine;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/** A parsed ClientHello or ServerHello (RFC 8446 4.1.2, 4.1.3) that a test can change and encode again. */
public final class EditableHello {
    public static final int CLIENT_HELLO = 1;
    public static final int SERVER_HELLO = 2;

    public static final int SERVER_NAME = 0;
    public static final int STATUS_REQUEST = 5;
    public static final int SUPPORTED_GROUPS = 10;
    public static final int EC_POINT_FORMATS = 11;
    public static final int SIGNATURE_ALGORITHMS = 13;
    public static final int ALPN = 16;
    public static final int EXTENDED_MASTER_SECRET = 23;
    public static final int EARLY_DATA = 42;
    public static final int SUPPORTED_VERSIONS = 43;
    public static final int COOKIE = 44;
    public static final int KEY_SHARE = 51;
    public static final int RENEGOTIATION_INFO = 0xFF01;

    /** The random of a HelloRetryRequest: SHA-256 of "HelloRetryRequest" (RFC 8446 4.1.3). */
    public static final byte[] RETRY =
            java.util.HexFormat.of().parseHex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c");

    public final int type;
    public int version = 0x0303;
    public byte[] random = new byte[32];
    public byte[] sessionId = {};

    /** The cipher suites; exactly one in a ServerHello. */
    public int[] suites = {};

    /** The compression methods of a ClientHello. */
    public byte[] compressions = {0};

    public final Map<Integer, byte[]> extensions = new LinkedHashMap<>();

    public EditableHello(int type) {
        this.type = type;
    }

    /** Parses the hello at the beginning of records. It must be complete in the first record. */
    public static EditableHello of(byte[] records) {
        ByteBuffer in = ByteBuffer.wrap(records).position(5);
        EditableHello hello = new EditableHello(in.get());
        in.position(in.position() + 3);
        hello.version = in.getShort() & 0xFFFF;
        in.get(hello.random);
        hello.sessionId = take(in, in.get() & 0xFF);
        if (hello.type == CLIENT_HELLO) {
            hello.suites = new int[(in.getShort() & 0xFFFF) / 2];
            for (int i = 0; i < hello.suites.length; i++) {
                hello.suites[i] = in.getShort() & 0xFFFF;
            }
            hello.compressions = take(in, in.get() & 0xFF);
        } else {
            hello.suites = new int[] {in.getShort() & 0xFFFF};
            in.get();
        }
        ByteBuffer extensions = ByteBuffer.wrap(take(in, in.getShort() & 0xFFFF));
        while (extensions.hasRemaining()) {
            hello.extensions.put(extensions.getShort() & 0xFFFF, take(extensions, extensions.getShort() & 0xFFFF));
        }
        return hello;
    }

    private static byte[] take(ByteBuffer in, int length) {
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    public EditableHello with(int extension, int... data) {
        byte[] bytes = new byte[data.length];
        for (int i = 0; i < data.length; i++) {
            bytes[i] = (byte) data[i];
        }
        extensions.put(extension, bytes);
        return this;
    }

    public EditableHello without(int extension) {
        extensions.remove(extension);
        return this;
    }

    /** Encodes the message, header included. */
    public byte[] message() {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        put(body, version, 2);
        body.writeBytes(random);
        put(body, sessionId.length, 1);
        body.writeBytes(sessionId);
        if (type == CLIENT_HELLO) {
            put(body, 2 * suites.length, 2);
            for (int suite : suites) {
                put(body, suite, 2);
            }
            put(body, compressions.length, 1);
            body.writeBytes(compressions);
        } else {
            put(body, suites[0], 2);
            body.write(0);
        }
        ByteArrayOutputStream list = new ByteArrayOutputStream();
        extensions.forEach((extension, data) -> {
            put(list, extension, 2);
            put(list, data.length, 2);
            list.writeBytes(data);
        });
        put(body, list.size(), 2);
        body.writeBytes(list.toByteArray());
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        put(message, type, 1);
        put(message, body.size(), 3);
        message.writeBytes(body.toByteArray());
        return message.toByteArray();
    }

    /** Encodes the message in one record. */
    public byte[] record() {
        byte[] message = message();
        int[] fragment = new int[message.length];
        for (int i = 0; i < fragment.length; i++) {
            fragment[i] = message[i];
        }
        return EngineEnd.record(22, fragment);
    }

    private static void put(ByteArrayOutputStream out, int value, int bytes) {
        for (int i = bytes - 1; i >= 0; i--) {
            out.write(value >>> 8 * i);
        }
    }
}
