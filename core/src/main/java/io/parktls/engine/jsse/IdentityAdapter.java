package io.parktls.engine.jsse;

import io.parktls.TlsIdentity;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.StandardConstants;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * The identities of a context as JSSE wants them; the alias of each is its index.
 *
 * <p>JSSE asks a server for one type of key after the other, in the client's order, and takes the first answer. So the
 * choice by name has to be made here, before the type: else a client that prefers ECDSA would get the ECDSA certificate of
 * another name.
 */
final class IdentityAdapter extends X509ExtendedKeyManager {
    private final List<TlsIdentity> identities;

    IdentityAdapter(List<TlsIdentity> identities) {
        this.identities = identities;
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        SSLSession session = engine == null ? null : engine.getHandshakeSession();
        List<TlsIdentity> candidates = identities;
        if (session instanceof ExtendedSSLSession extended) {
            List<TlsIdentity> verifiable = identities.stream()
                    .filter(identity -> isVerifiable(identity, extended.getPeerSupportedSignatureAlgorithms()))
                    .toList();
            String name = serverName(extended);
            List<TlsIdentity> named = name == null
                    ? List.of()
                    : verifiable.stream()
                            .filter(identity -> identity.isFor(name))
                            .toList();
            candidates = named.isEmpty() ? verifiable : named;
        }
        return candidates.stream()
                .filter(identity -> hasKeyOf(keyType, identity))
                .findFirst()
                .map(this::alias)
                .orElse(null);
    }

    @Override
    public @Nullable String chooseEngineClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        return identities.stream()
                .filter(identity -> Arrays.stream(keyTypes).anyMatch(type -> hasKeyOf(type, identity)))
                .filter(identity -> isFrom(issuers, identity))
                .findFirst()
                .map(this::alias)
                .orElse(null);
    }

    /** The host name that the client asks for (RFC 6066 3), null if it asks for none. */
    static @Nullable String serverName(ExtendedSSLSession session) {
        List<SNIServerName> names;
        try {
            names = session.getRequestedServerNames();
        } catch (UnsupportedOperationException e) {
            return null;
        }
        return names.stream()
                .filter(name -> name.getType() == StandardConstants.SNI_HOST_NAME)
                .findFirst()
                .map(name -> new String(name.getEncoded(), StandardCharsets.US_ASCII))
                .orElse(null);
    }

    /** Whether one of the signature algorithms that the peer offers, named as in JCA, is for the identity's key. */
    private static boolean isVerifiable(TlsIdentity identity, String @Nullable [] algorithms) {
        if (algorithms == null || algorithms.length == 0) {
            return true;
        }
        String key = identity.chain().getFirst().getPublicKey().getAlgorithm();
        return Arrays.stream(algorithms)
                .map(algorithm -> algorithm.toUpperCase(Locale.ROOT))
                .anyMatch(algorithm -> switch (key) {
                    case "RSA" -> algorithm.endsWith("RSA") || algorithm.equals("RSASSA-PSS");
                    case "EC" -> algorithm.endsWith("ECDSA");
                    case "EdDSA" -> algorithm.startsWith("ED");
                    default -> algorithm.equals(key.toUpperCase(Locale.ROOT));
                });
    }

    private static boolean hasKeyOf(String keyType, TlsIdentity identity) {
        return identity.chain().getFirst().getPublicKey().getAlgorithm().equalsIgnoreCase(keyType);
    }

    /** Whether the chain leads to one of the authorities the server names; it may name none. */
    private static boolean isFrom(Principal @Nullable [] issuers, TlsIdentity identity) {
        return issuers == null
                || issuers.length == 0
                || identity.chain().stream()
                        .anyMatch(certificate -> Arrays.asList(issuers).contains(certificate.getIssuerX500Principal()));
    }

    private String alias(TlsIdentity identity) {
        return Integer.toString(identities.indexOf(identity));
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        return identities.get(Integer.parseInt(alias)).chain().toArray(X509Certificate[]::new);
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return identities.get(Integer.parseInt(alias)).privateKey();
    }

    @Override
    public String[] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return aliases(keyType);
    }

    @Override
    public String[] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        return aliases(keyType);
    }

    private String[] aliases(String keyType) {
        return IntStream.range(0, identities.size())
                .filter(i -> hasKeyOf(keyType, identities.get(i)))
                .mapToObj(Integer::toString)
                .toArray(String[]::new);
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return chooseEngineClientAlias(keyTypes, issuers, null);
    }

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return chooseEngineServerAlias(keyType, issuers, null);
    }
}
