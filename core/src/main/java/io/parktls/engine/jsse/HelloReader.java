package io.parktls.engine.jsse;

import io.parktls.NamedGroup;
import io.parktls.SignatureScheme;
import io.parktls.record.RecordFormat;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads off the wire what JSSE does not tell of a handshake: the group, the server's signature scheme in TLS 1.2, and
 * whether a session was resumed; and what the peer asks of certificates. All of it travels in the clear.
 */
final class HelloReader {
    private static final int CLIENT_HELLO = 1;
    private static final int SERVER_HELLO = 2;
    private static final int SERVER_KEY_EXCHANGE = 12;
    private static final int CERTIFICATE_REQUEST = 13;

    private static final int PRE_SHARED_KEY = 41;
    private static final int SUPPORTED_VERSIONS = 43;
    private static final int KEY_SHARE = 51;
    private static final int NAMED_CURVE = 3;

    private byte[] offeredSession = {};
    private boolean tls13;
    private boolean encrypted;
    private boolean resumed;
    private @Nullable NamedGroup group;
    private @Nullable SignatureScheme scheme;
    private @Nullable PeerRequest clientRequest;
    private @Nullable PeerRequest serverRequest;

    boolean isResumed() {
        return resumed;
    }

    @Nullable
    NamedGroup group() {
        return group;
    }

    @Nullable
    SignatureScheme scheme() {
        return scheme;
    }

    /** What the ClientHello asks of the server's certificate; null if it was not seen. */
    @Nullable
    PeerRequest clientRequest() {
        return clientRequest;
    }

    /** What the CertificateRequest of TLS 1.2 asks of the client's certificate; null if none was seen. */
    @Nullable
    PeerRequest serverRequest() {
        return serverRequest;
    }

    /** Looks at one whole record, of either end. Messages that are spread over several records are passed over. */
    void see(ByteBuffer records, int position) {
        int type = records.get(position);
        if (encrypted || type != RecordFormat.HANDSHAKE) {
            // From here on TLS 1.2 encrypts. In TLS 1.3 it means nothing, and encrypted records are of another type.
            encrypted |= type == RecordFormat.CHANGE_CIPHER_SPEC && !tls13;
            return;
        }
        ByteBuffer record = records.slice(position + 5, records.getShort(position + 3) & 0xFFFF);
        try {
            while (record.remaining() >= 4) {
                int message = record.get();
                ByteBuffer body = take(record, ((record.get() & 0xFF) << 16) | (record.getShort() & 0xFFFF));
                switch (message) {
                    case CLIENT_HELLO -> clientHello(body);
                    case SERVER_HELLO -> serverHello(body);
                    case SERVER_KEY_EXCHANGE -> serverKeyExchange(body);
                    case CERTIFICATE_REQUEST -> serverRequest = PeerRequest.ofServer(body);
                    default -> {}
                }
            }
        } catch (BufferUnderflowException | IndexOutOfBoundsException | IllegalArgumentException e) {
            // Cut short or malformed: the engine will say so, if it is.
        }
    }

    /** RFC 8446 4.1.2: legacy_version, random, legacy_session_id. */
    private void clientHello(ByteBuffer body) {
        offeredSession = bytes(body.position(2 + 32));
        clientRequest = PeerRequest.ofClient(body);
    }

    /** Takes a vector with a length of 16 bits. */
    static ByteBuffer vector16(ByteBuffer from) {
        return take(from, from.getShort() & 0xFFFF);
    }

    /** RFC 8446 4.1.3; a HelloRetryRequest is one too, and names the group in the same place. */
    private void serverHello(ByteBuffer body) {
        byte[] session = bytes(body.position(2 + 32));
        body.position(body.position() + 2 + 1);
        boolean preSharedKey = false;
        if (body.hasRemaining()) {
            ByteBuffer extensions = vector16(body);
            while (extensions.hasRemaining()) {
                int type = extensions.getShort();
                ByteBuffer extension = vector16(extensions);
                switch (type) {
                    case SUPPORTED_VERSIONS -> tls13 = true;
                    case PRE_SHARED_KEY -> preSharedKey = true;
                    case KEY_SHARE -> group = group(extension.getShort() & 0xFFFF);
                    default -> {}
                }
            }
        }
        // A TLS 1.2 server that resumes echoes the session id, with tickets too (RFC 5077 3.4).
        resumed = tls13 ? preSharedKey : session.length > 0 && Arrays.equals(session, offeredSession);
    }

    /** RFC 8422 5.4: curve_type, named curve, point, signature scheme. */
    private void serverKeyExchange(ByteBuffer body) {
        if (body.get() == NAMED_CURVE) {
            group = group(body.getShort() & 0xFFFF);
            bytes(body);
            scheme = SignatureScheme.of(body.getShort() & 0xFFFF).orElse(null);
        }
    }

    private static @Nullable NamedGroup group(int code) {
        return Arrays.stream(NamedGroup.values())
                .filter(candidate -> candidate.code() == code)
                .findFirst()
                .orElse(null);
    }

    private static byte[] bytes(ByteBuffer from) {
        byte[] bytes = new byte[from.get() & 0xFF];
        from.get(bytes);
        return bytes;
    }

    private static ByteBuffer take(ByteBuffer from, int length) {
        ByteBuffer part = from.slice(from.position(), length);
        from.position(from.position() + length);
        return part;
    }
}
