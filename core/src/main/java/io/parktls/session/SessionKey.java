package io.parktls.session;

import io.parktls.SignatureScheme;
import io.parktls.TlsContext;
import io.parktls.TlsIdentity;
import io.parktls.TlsPsk;
import io.parktls.TlsTrust;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The peer and the settings under which a client's session was made. A session is resumed only for an equal key,
 * because resuming it skips the verification of the server.
 *
 * @param host the host that the client connects to, in lower case
 * @param port its port
 * @param serverNames the names that the client sends by SNI
 * @param trust the trust that verified the server; compared by identity, so a new trust makes old sessions unusable
 * @param verifyHost whether the host name was verified
 * @param verifiedName the name that was verified in place of the host, in lower case; null if it was the host
 * @param identities the identities of the client, because the server remembers which one it used
 * @param signatureSchemes the schemes with which the server and its issuers could sign
 * @param psk the external pre-shared key of the client, compared by identity; null if there is none
 */
public record SessionKey(
        String host,
        int port,
        List<?> serverNames,
        TlsTrust trust,
        boolean verifyHost,
        @Nullable String verifiedName,
        List<TlsIdentity> identities,
        List<SignatureScheme> signatureSchemes,
        @Nullable TlsPsk psk) {
    /** Converts the names to lower case, and copies the lists. */
    public SessionKey {
        host = host.toLowerCase(Locale.ROOT);
        verifiedName = verifiedName == null ? null : verifiedName.toLowerCase(Locale.ROOT);
        serverNames = List.copyOf(serverNames);
        identities = List.copyOf(identities);
        signatureSchemes = List.copyOf(signatureSchemes);
    }

    /** Returns the key of a client's sessions whose handshakes have no overrides. */
    public static SessionKey of(TlsContext context, String host, int port) {
        return of(context, host, port, List.of());
    }

    /** Returns the key of a client's sessions under the settings of its context. */
    public static SessionKey of(TlsContext context, String host, int port, List<?> serverNames) {
        return new SessionKey(
                host,
                port,
                serverNames,
                context.trust(),
                context.verifyHost(),
                context.verifiedName().orElse(null),
                context.identities(),
                context.signatureSchemes(),
                context.psk().orElse(null));
    }

    /** Returns the host and port. */
    @Override
    public String toString() {
        return host + ':' + port;
    }
}
