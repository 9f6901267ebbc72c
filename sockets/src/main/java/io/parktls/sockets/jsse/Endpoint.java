package io.parktls.sockets.jsse;

import java.security.Principal;
import java.util.List;
import java.util.function.Function;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509KeyManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * One end of a connection as its handshake sees it: an {@code SSLSocket} or an {@code SSLEngine}. JSSE's managers have
 * a method for each of the two, which receives it; this interface chooses the method.
 */
interface Endpoint {
    /** Returns whether this end is the client. */
    boolean getUseClientMode();

    NegotiationSettings negotiation();

    /** Returns the host that a client connects to; null if it is not known. */
    @Nullable
    String host();

    /** Returns the application's selector of a protocol by the names that the client offers; null if there is none. */
    @Nullable
    Function<List<String>, @Nullable String> protocolSelector();

    /** Asks a key manager for the alias of a client's identity; null if there is none. */
    @Nullable
    String chooseClientAlias(X509KeyManager manager, String[] keyTypes, Principal @Nullable [] issuers);

    /** Asks a key manager for the alias of a server's identity; null if there is none. */
    @Nullable
    String chooseServerAlias(X509KeyManager manager, String keyType, Principal @Nullable [] issuers);

    /** Returns a trust manager that passes this end to the given one. */
    X509TrustManager bound(X509ExtendedTrustManager manager);
}
