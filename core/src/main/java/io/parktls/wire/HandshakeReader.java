package io.parktls.wire;

import io.parktls.NamedGroup;
import io.parktls.SignatureScheme;
import io.parktls.TlsHandshakeException;
import io.parktls.TlsVersion;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * Reads the handshake messages of one connection, in both directions, before an engine's handshake processes them. It
 * refuses messages that no engine may accept, and records what was negotiated.
 *
 * <p>{@link #message} receives the peer's messages; {@link #sent} receives the messages of this end, which are not
 * checked. The reader does not check the order of messages; of a message at the wrong time it checks at most the
 * syntax. Engines also pass in encrypted messages if they can decrypt them. Without those, the reader records only what
 * the unprotected messages show.
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

    /** Returns a reader for a server that supports the given versions. */
    public static ServerSideReader server(Collection<TlsVersion> supported) {
        return new ServerSideReader(supported);
    }

    /** Returns a reader for a client. It reads what the client offers from the ClientHello that the client sends. */
    public static ClientSideReader client() {
        return new ClientSideReader();
    }

    /** Receives a message that this end sends. A malformed message is ignored. */
    public final void sent(int type, byte[] bytes, int bodyOffset, int bodyLength) {
        try {
            recordSent(type, bytes, bodyOffset, bodyLength);
        } catch (TlsHandshakeException e) {
            // This end's messages are not checked; the peer refuses a malformed one.
        }
    }

    /** Records what this end offers or selects in a message that it sends. */
    abstract void recordSent(int type, byte[] bytes, int bodyOffset, int bodyLength) throws TlsHandshakeException;

    // ---- what was negotiated

    /** Returns the negotiated version; null before the hellos determine it. */
    public final @Nullable TlsVersion version() {
        return version;
    }

    /**
     * Returns the group of the key exchange; null if it is not a {@link NamedGroup}, is not known yet, or there is
     * none.
     */
    public final @Nullable NamedGroup group() {
        return group;
    }

    /**
     * Returns the scheme with which the server signs in TLS 1.2, where the signature is not encrypted. Null if it is
     * not a {@link SignatureScheme} or not known.
     */
    public final @Nullable SignatureScheme serverScheme() {
        return scheme;
    }

    /**
     * Returns whether the ServerHello resumes a session, by a pre-shared key (TLS 1.3) or a session id or ticket (TLS
     * 1.2).
     */
    public final boolean isResumed() {
        return resumed;
    }

    /** Returns whether a ServerHello of TLS 1.3 has been seen, after which all handshake messages are encrypted. */
    public final boolean isKeyed() {
        return keyed;
    }

    final boolean isTls13() {
        return version == TlsVersion.TLS_1_3;
    }

    /** Records the version that will be negotiated. */
    final void negotiate(TlsVersion negotiated) {
        version = negotiated;
    }

    /** Records what a ServerHello or HelloRetryRequest selects, whichever end sent it. */
    final void recordServerHello(ServerHello hello, @Nullable ClientHello offered) {
        version = hello.isTls13() ? TlsVersion.TLS_1_3 : TlsVersion.TLS_1_2;
        cipherSuite = hello.cipherSuite();
        keyed = isTls13() && !hello.isRetryRequest();
        if (hello.keyShareGroup() >= 0) {
            group = NamedGroup.of(hello.keyShareGroup()).orElse(null);
        }
        // A TLS 1.2 server that resumes a session echoes the session id, also if it uses tickets (RFC 5077 3.4).
        resumed = isTls13()
                ? hello.extensions().has(ExtensionType.PRE_SHARED_KEY)
                : offered != null && hello.hasSessionId() && hello.echoesSessionOf(offered);
    }

    /** Records the group and the scheme of a ServerKeyExchange, whichever end sent it (RFC 8422 5.4). */
    final void recordKeyExchange(byte[] bytes, int offset, int length) {
        if (length < 4 || bytes[offset] != 3) {
            return;
        }
        group = NamedGroup.of(WireReader.u16(bytes, offset + 1)).orElse(null);
        int schemeAt = 4 + (bytes[offset + 3] & 0xFF);
        if (length >= schemeAt + 2) {
            scheme =
                    SignatureScheme.of(WireReader.u16(bytes, offset + schemeAt)).orElse(null);
        }
    }

    // ---- messages of both ends

    /**
     * Checks the length of a Finished: the length of the suite's hash in TLS 1.3 (RFC 8446 4.4.4), 12 bytes in TLS 1.2
     * (RFC 5246 7.4.9).
     */
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
