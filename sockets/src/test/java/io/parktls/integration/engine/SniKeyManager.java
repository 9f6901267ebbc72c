package io.parktls.integration.engine;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509KeyManager;
import org.jspecify.annotations.Nullable;

/** A key manager, as applications write one, that chooses between the identities of {@link Keys} by SNI. */
final class SniKeyManager extends X509ExtendedKeyManager {
    private volatile X509KeyManager keys;

    /** Creates a key manager over one that knows the aliases. */
    SniKeyManager(X509KeyManager keys) {
        this.keys = keys;
    }

    /** Uses another key manager from now on. It has the same aliases, so this is for moments without handshakes. */
    void renew(X509KeyManager others) {
        keys = others;
    }

    @Override
    public @Nullable String chooseEngineServerAlias(String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
        String[] aliases = keys.getServerAliases(keyType, issuers);
        if (aliases == null) {
            return null;
        }
        ExtendedSSLSession session = (ExtendedSSLSession) engine.getHandshakeSession();
        boolean other = session.getRequestedServerNames().contains(new SNIHostName(Keys.OTHER_HOST));
        return List.of(aliases).contains(Keys.OTHER) && other ? Keys.OTHER : Keys.MAIN;
    }

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers, Socket socket) {
        throw new AssertionError("the server uses a socket instead of an engine");
    }

    @Override
    public @Nullable String chooseEngineClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, SSLEngine engine) {
        return null;
    }

    @Override
    public @Nullable String chooseClientAlias(String[] keyTypes, Principal @Nullable [] issuers, Socket socket) {
        return null;
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        return keys.getServerAliases(keyType, issuers);
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        return keys.getCertificateChain(alias);
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        return keys.getPrivateKey(alias);
    }
}
