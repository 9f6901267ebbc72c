package io.parktls.wire;

import io.parktls.NamedGroup;
import io.parktls.SignatureScheme;
import io.parktls.TlsHandshakeException;
import io.parktls.TlsVersion;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * Reads the handshake messages of one connection, in both directions, before an engine's handshake sees them: it refuses
 * what no engine may accept, and remembers what was negotiated.
 *
 * <p>{@link #message} takes what the peer sends; {@link #sent} takes what this end sends, which is not judged. The order of
 * messages is not checked here: a message that comes at a wrong time is checked for its form at most. Encrypted messages are
 * passed in if the engine can decrypt them; a reader that never sees them still knows all that travels in the clear.
 *
 * <p>Not thread-safe.
 */
public abstract class HandshakeReader implements HandshakeMessages {
    private @Nullable TlsVersion version;
    private int cipherSuite = -1;
    private @Nullable NamedGroup group;
    private @Nullable SignatureScheme scheme;
    private boolean resumed;
    private boolean keyed;

    HandshakeReader() {}

    /** The reader of a server that speaks those versions. */
    public static ServerSideReader server(Collection<TlsVersion> supported) {
        return new ServerSideReader(supported);
    }

    /** The reader of a client; what it offers is read from its ClientHello. */
    public static ClientSideReader client() {
        return new ClientSideReader();
    }

    /** Takes a message that this end sends. What is malformed in it is passed over. */
    public final void sent(int type, byte[] bytes, int bodyOffset, int bodyLength) {
        try {
            note(type, bytes, bodyOffset, bodyLength);
        } catch (TlsHandshakeException e) {
            // The peer is the one to refuse what this end's engine sends.
        }
    }

    /** Remembers what matters of a message that this end sends. */
    abstract void note(int type, byte[] bytes, int bodyOffset, int bodyLength) throws TlsHandshakeException;

    // ---- what was negotiated

    /** The version that is negotiated; null as long as the hellos do not tell. */
    public final @Nullable TlsVersion version() {
        return version;
    }

    /** The group of the key exchange; null if it is not one of ours, or not known yet, or there is none. */
    public final @Nullable NamedGroup group() {
        return group;
    }

    /**
     * The scheme with which the server signs, from what travels in the clear: TLS 1.2 only. Null if it is not known or not
     * one of ours.
     */
    public final @Nullable SignatureScheme serverScheme() {
        return scheme;
    }

    /** Whether the ServerHello resumes a session: by a pre-shared key in TLS 1.3, by its id or a ticket in TLS 1.2. */
    public final boolean isResumed() {
        return resumed;
    }

    /** Whether a ServerHello of TLS 1.3 has been seen, so that all handshake messages are encrypted from here on. */
    public final boolean isKeyed() {
        return keyed;
    }

    final boolean isTls13() {
        return version == TlsVersion.TLS_1_3;
    }

    /** Remembers the version that is going to be negotiated. */
    final void negotiate(TlsVersion negotiated) {
        version = negotiated;
    }

    /** Remembers what a ServerHello or HelloRetryRequest says, of either end. */
    final void remember(ServerHello hello, @Nullable ClientHello offered) {
        version = hello.isTls13() ? TlsVersion.TLS_1_3 : TlsVersion.TLS_1_2;
        cipherSuite = hello.cipherSuite();
        keyed = isTls13() && !hello.isRetryRequest();
        if (hello.keyShareGroup() >= 0) {
            group = NamedGroup.of(hello.keyShareGroup()).orElse(null);
        }
        // A TLS 1.2 server that resumes echoes the session id, with tickets too (RFC 5077 3.4).
        resumed = isTls13()
                ? hello.extensions().has(ExtensionType.PRE_SHARED_KEY)
                : offered != null && hello.hasSessionId() && hello.echoesSessionOf(offered);
    }

    /** Remembers what a ServerKeyExchange says, of either end, as far as it is there (RFC 8422 5.4). */
    final void rememberKeyExchange(byte[] bytes, int offset, int length) {
        if (length < 4 || bytes[offset] != 3) {
            return;
        }
        group = NamedGroup.of(WireReader.u16(bytes, offset + 1)).orElse(null);
        int scheme16 = 4 + (bytes[offset + 3] & 0xFF);
        if (length >= scheme16 + 2) {
            scheme =
                    SignatureScheme.of(WireReader.u16(bytes, offset + scheme16)).orElse(null);
        }
    }

    // ---- messages of both ends

    /** RFC 8446 4.4.4, RFC 5246 7.4.9: as long as the hash of the suite, and 12 bytes in TLS 1.2. */
    final void checkFinished(WireReader in) throws TlsHandshakeException {
        if (version == null || (isTls13() && cipherSuite < 0)) {
            return;
        }
        int length = !isTls13() ? 12 : cipherSuite == 0x1302 ? 48 : 32;
        in.skip(length, "verify_data");
        in.requireEnd("verify_data");
    }

    static WireReader reader(int type, byte[] bytes, int offset, int length) {
        return new WireReader(bytes, offset, length, HandshakeType.name(type));
    }
}
