package io.parktls.bench.jmh.stack;

import io.parktls.CipherSuite;
import io.parktls.NamedGroup;
import io.parktls.TlsVersion;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The parameters that a server has selected, parsed from the bytes that it has sent, in the same way for every stack.
 *
 * @param version the negotiated version
 * @param suite the negotiated cipher suite
 * @param group the group of the server's key share; null before TLS 1.3, where it is not in this message
 * @param resumed whether a session is resumed (RFC 8446 4.2.11); false before TLS 1.3, where another field has it
 */
public record ServerHello(
        TlsVersion version, CipherSuite suite, @Nullable NamedGroup group, boolean resumed) {
    private static final int SERVER_HELLO = 2;
    private static final int RANDOM = 32;
    private static final int EXTENSION_PRE_SHARED_KEY = 41;
    private static final int EXTENSION_SUPPORTED_VERSIONS = 43;
    private static final int EXTENSION_KEY_SHARE = 51;

    /**
     * Parses a ServerHello (RFC 8446 4.1.3).
     *
     * @param fromServer the bytes that the server has sent, from the start
     * @throws IllegalArgumentException if they do not start with a ServerHello, or start with a HelloRetryRequest
     */
    static ServerHello of(byte[] fromServer) {
        return of(ByteBuffer.wrap(fromServer));
    }

    /** Parses a ServerHello as {@link #of(byte[])} does. */
    static ServerHello of(ByteBuffer in) {
        try {
            skip(in, 5);
            if (in.get() != SERVER_HELLO) {
                throw new IllegalArgumentException("the server's first message is not a ServerHello");
            }
            skip(in, 3 + 2 + RANDOM);
            skip(in, in.get() & 0xFF);
            CipherSuite suite = CipherSuite.of(in.getShort() & 0xFFFF);
            skip(in, 1);
            return withExtensions(suite, in.slice(in.position() + 2, in.getShort(in.position()) & 0xFFFF));
        } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
            throw new IllegalArgumentException("the ServerHello is truncated", e);
        }
    }

    private static ServerHello withExtensions(CipherSuite suite, ByteBuffer extensions) {
        TlsVersion version = TlsVersion.TLS_1_2;
        NamedGroup group = null;
        boolean resumed = false;
        while (extensions.hasRemaining()) {
            int type = extensions.getShort();
            int length = extensions.getShort() & 0xFFFF;
            switch (type) {
                case EXTENSION_PRE_SHARED_KEY -> resumed = true;
                case EXTENSION_SUPPORTED_VERSIONS -> version = TlsVersion.TLS_1_3;
                case EXTENSION_KEY_SHARE -> {
                    if (length == 2) {
                        throw new IllegalArgumentException(
                                "the server has sent a HelloRetryRequest, which costs a round trip");
                    }
                    group = group(extensions.getShort(extensions.position()) & 0xFFFF);
                }
                default -> {}
            }
            skip(extensions, length);
        }
        return new ServerHello(version, suite, group, resumed);
    }

    private static NamedGroup group(int code) {
        return NamedGroup.of(code)
                .orElseThrow(() -> new IllegalArgumentException("unknown group 0x" + Integer.toHexString(code)));
    }

    private static void skip(ByteBuffer in, int count) {
        in.position(in.position() + count);
    }

    @Override
    public String toString() {
        return version + " " + suite + (group == null ? "" : " " + group);
    }
}
