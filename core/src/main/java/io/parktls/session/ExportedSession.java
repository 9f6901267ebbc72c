package io.parktls.session;

import io.parktls.TlsContext;
import io.parktls.TlsPeerUnverifiedException;
import io.parktls.TlsPsk;
import java.io.IOException;
import java.security.cert.CertificateEncodingException;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A client's session as bytes, with the host that it belongs to, so that a later run of the program can resume it.
 * The settings of the context are not part of it: the context that imports it applies its own, and verifies the
 * server's certificates again.
 */
public final class ExportedSession {
    /** Differs from the formats of tickets. Changes with each change of the encoding. */
    private static final int FORMAT = 0x81;

    /** The authType of JSSE's trust managers for certificates that sign, as those of all suites here do. */
    private static final String SIGNATURE = "UNKNOWN";

    private ExportedSession() {}

    private record Bound(String host, ClientSession session) {}

    /** Returns the newest usable session of a server, which stays in the context's cache. */
    public static Optional<byte[]> of(TlsContext context, String host, int port) {
        ClientSession session = context.sessionCache()
                .store()
                .copyOfNewest(
                        SessionKey.of(context, host, port), context.wallClock().instant());
        if (session == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(SessionCodec.encode(FORMAT, out -> {
                SessionCodec.writeText(out, host.toLowerCase(Locale.ROOT));
                session.writeTo(out);
            }));
        } catch (CertificateEncodingException e) {
            return Optional.empty();
        } finally {
            session.destroy();
        }
    }

    /**
     * Adds a session to the context's cache.
     *
     * @throws IllegalArgumentException if the bytes are malformed, or the session is not one of this host and context
     * @throws TlsPeerUnverifiedException if the context does not accept the server's certificates
     */
    public static void addTo(TlsContext context, String host, int port, byte[] bytes)
            throws TlsPeerUnverifiedException {
        Bound bound = decode(bytes);
        ClientSession session = bound.session();
        boolean added = false;
        try {
            if (!bound.host().equals(host.toLowerCase(Locale.ROOT))) {
                throw new IllegalArgumentException(
                        "the session is of another host: import it for the host that it was exported for");
            }
            requireSameAuthentication(context, session);
            if (session.isUsable(context.wallClock().instant())) {
                if (session.pskIdentity() == null) {
                    context.trust().verifyServer(session.peerCertificates(), SIGNATURE, context.nameToVerify(host));
                }
                context.sessionCache().store().put(SessionKey.of(context, host, port), session);
                added = true;
            }
        } finally {
            if (!added) {
                session.destroy();
            }
        }
    }

    private static Bound decode(byte[] bytes) {
        try {
            return SessionCodec.decode(
                    FORMAT,
                    bytes,
                    in -> new Bound(String.valueOf(SessionCodec.readText(in)), ClientSession.readFrom(in)));
        } catch (IOException e) {
            // Without the cause, whose message may quote what was decoded.
            throw new IllegalArgumentException(
                    "the bytes are not a session that this release of ParkTLS has exported: make a new one");
        }
    }

    /** The server remembers how the client authenticated, so the context has to authenticate it in the same way. */
    private static void requireSameAuthentication(TlsContext context, ClientSession session) {
        @Nullable String identity = context.psk().map(TlsPsk::identityText).orElse(null);
        if (session.pskIdentity() != null && !session.pskIdentity().equals(identity)) {
            throw new IllegalArgumentException(
                    "the session began with a pre-shared key that this context does not have: make a new one");
        }
        if (session.pskIdentity() == null && context.pskRequired()) {
            throw new IllegalArgumentException("the session began with certificates, but this context requires a"
                    + " pre-shared key: make a new one");
        }
        boolean known = session.localCertificates().isEmpty()
                || context.identities().stream()
                        .anyMatch(own -> own.chain()
                                .getFirst()
                                .equals(session.localCertificates().getFirst()));
        if (!known) {
            throw new IllegalArgumentException("the session began with a certificate of the client that this context"
                    + " does not have: make a new one");
        }
    }
}
