package io.parktls.engine.jsse;

import io.parktls.NamedGroup;
import io.parktls.SignatureScheme;
import io.parktls.TlsVersion;
import io.parktls.record.RecordFormat;
import io.parktls.wire.SkippedEarlyData;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads off the wire what JSSE does not tell of a handshake: the group, the server's signature scheme in TLS 1.2, and
 * whether a session was resumed. All of it travels in the clear. It only informs: nothing is decided by it.
 */
final class HelloReader {
    private static final int CLIENT_HELLO = 1;
    private static final int SERVER_HELLO = 2;
    private static final int SERVER_KEY_EXCHANGE = 12;

    private static final int PRE_SHARED_KEY = 41;
    private static final int SUPPORTED_VERSIONS = 43;
    private static final int KEY_SHARE = 51;
    private static final int NAMED_CURVE = 3;

    private final SkippedEarlyData earlyData = new SkippedEarlyData();

    private byte[] offeredSession = {};
    private @Nullable TlsVersion version;
    private boolean retryPending;
    private boolean tls13;
    private boolean encrypted;
    private boolean resumed;
    private @Nullable NamedGroup group;
    private @Nullable SignatureScheme scheme;

    /** The version that is agreed; null as long as none is. A HelloRetryRequest is TLS 1.3 (RFC 8446 4.1.4). */
    @Nullable
    TlsVersion version() {
        return version;
    }

    /** The early data of a client to which the SSLEngine has sent a HelloRetryRequest, and which has not answered yet. */
    @Nullable
    SkippedEarlyData earlyDataBeforeSecondHello() {
        return retryPending && earlyData.isDueBeforeSecondHello() ? earlyData : null;
    }

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
                    case CLIENT_HELLO -> offeredSession = clientHello(body);
                    case SERVER_HELLO -> serverHello(body);
                    case SERVER_KEY_EXCHANGE -> serverKeyExchange(body);
                    default -> {}
                }
            }
        } catch (BufferUnderflowException | IndexOutOfBoundsException | IllegalArgumentException e) {
            // Cut short or malformed: the engine will say so, if it is.
        }
    }

    /** RFC 8446 4.1.2: legacy_version, random, legacy_session_id. */
    private byte[] clientHello(ByteBuffer body) {
        earlyData.clientHello(body.array(), body.arrayOffset() + body.position(), body.remaining());
        retryPending = false;
        return bytes(body.position(2 + 32));
    }

    /** RFC 8446 4.1.3; a HelloRetryRequest is one too, and names the group in the same place. */
    private void serverHello(ByteBuffer body) {
        retryPending =
                SkippedEarlyData.isRetryRequest(body.array(), body.arrayOffset() + body.position(), body.remaining());
        if (retryPending) {
            earlyData.retryRequested();
        }
        byte[] session = bytes(body.position(2 + 32));
        body.position(body.position() + 2 + 1);
        boolean preSharedKey = false;
        if (body.hasRemaining()) {
            ByteBuffer extensions = take(body, body.getShort() & 0xFFFF);
            while (extensions.hasRemaining()) {
                int type = extensions.getShort();
                ByteBuffer extension = take(extensions, extensions.getShort() & 0xFFFF);
                switch (type) {
                    case SUPPORTED_VERSIONS -> tls13 = true;
                    case PRE_SHARED_KEY -> preSharedKey = true;
                    case KEY_SHARE -> group = group(extension.getShort() & 0xFFFF);
                    default -> {}
                }
            }
        }
        version = tls13 ? TlsVersion.TLS_1_3 : TlsVersion.TLS_1_2;
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
