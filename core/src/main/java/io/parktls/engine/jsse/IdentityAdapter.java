package io.parktls.engine.jsse;

import io.parktls.CertificateRequestInfo;
import io.parktls.NamedGroup;
import io.parktls.SignatureScheme;
import io.parktls.TlsContext;
import io.parktls.TlsIdentity;
import io.parktls.TlsIdentityChooser;
import io.parktls.TlsVersion;
import io.parktls.engine.CertificateCriteria;
import io.parktls.engine.ForeignCodeBoundary;
import io.parktls.engine.IdentityChooser;
import io.parktls.engine.IdentityChooser.Choice;
import io.parktls.engine.SignatureNames;
import io.parktls.engine.SigningKey;
import io.parktls.pki.DisabledAlgorithms;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.StandardConstants;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/**
 * A JSSE key manager for the identities of a context. The alias of an identity is its index. The
 * {@link IdentityChooser} chooses, as in all engines.
 *
 * <p>Most providers query one type of key after another, in the peer's order, and take the first alias that is
 * returned. The chooser considers all types at once. This class therefore returns null until the provider queries the
 * type of the chosen identity's key.
 *
 * <p>The peer's requirements are taken from the handshake messages ({@link PeerRequest}) as far as those are not
 * encrypted, and otherwise from what JSSE exposes. Thread-safe.
 */
final class IdentityAdapter extends X509ExtendedKeyManager {
    /** The alias of the identity that the application's chooser has answered in this step. */
    private static final String CHOSEN = "chosen";

    private final TlsContext context;
    private final List<JsseIdentity> identities;
    private final IdentityChooser chooser;

    /** Whether the provider is SunJSSE, which binds ECDSA schemes to curves in TLS 1.2 as well. */
    private final boolean sunJsse;

    /** Whether the provider is Bouncy Castle's, which queries one type of key after another for clients as well. */
    private final boolean bouncyCastle;

    private final boolean conscrypt;

    private final DisabledAlgorithms disabled;
    private final Provider provider;

    /**
     * Creates a key manager.
     *
     * @param provider the JSSE provider
     */
    IdentityAdapter(TlsContext context, DisabledAlgorithms disabled, Provider provider) {
        List<TlsIdentity> own = JsseIdentity.usable(disabled.identities(context.identities()), provider);
        this.context = context;
        this.disabled = disabled;
        this.provider = provider;
        this.sunJsse = provider.getName().equals("SunJSSE");
        this.bouncyCastle = provider.getName().equals("BCJSSE");
        this.conscrypt = provider.getName().equals("Conscrypt");
        this.identities = own.stream()
                .map(identity -> JsseIdentity.of(identity, bouncyCastle))
                .toList();
        this.chooser = IdentityChooser.of(own);
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            @Nullable String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        Handshake handshake = Handshake.of(engine);
        CertificateCriteria criteria = criteria(true, handshake, issuers);
        return chooser.choose(criteria, key -> isUsable(key, criteria, handshake))
                .filter(choice -> keyType == null || JsseKeyType.fits(keyType, choice.key()))
                .map(IdentityAdapter::alias)
                .orElse(null);
    }

    @Override
    public @Nullable String chooseEngineClientAlias(
            String @Nullable [] keyTypes, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        Handshake handshake = Handshake.of(engine);
        CertificateCriteria criteria = criteria(false, handshake, issuers);
        Predicate<SigningKey> asked =
                key -> keyTypes == null || Arrays.stream(keyTypes).anyMatch(type -> JsseKeyType.fits(type, key));
        Predicate<SigningKey> usable = key -> isUsable(key, criteria, handshake);
        TlsIdentityChooser application = context.identityChooser().orElse(null);
        if (application != null) {
            return chooseByApplication(application, criteria, usable.and(asked), engine);
        }
        Optional<Choice> choice = bouncyCastle
                ? chooser.choose(criteria, usable.and(key -> asked.test(key) || !isMistakenFor(key, keyTypes)))
                        .filter(chosen -> asked.test(chosen.key()))
                : chooser.choose(criteria, usable.and(asked));
        return choice.map(IdentityAdapter::alias).orElse(null);
    }

    /**
     * Asks the application for an identity, at most once in a step of the handshake.
     *
     * @throws IllegalStateException if the chooser fails or returns null
     */
    private @Nullable String chooseByApplication(
            TlsIdentityChooser application,
            CertificateCriteria criteria,
            Predicate<SigningKey> usable,
            @Nullable SSLEngine engine) {
        JsseIdentity chosen = HandshakeStep.currentlyChosen();
        if (chosen == null) {
            TlsIdentity identity = ask(application, criteria, engine);
            if (identity == null) {
                return null;
            }
            if (IdentityChooser.of(List.of(identity)).choose(criteria).isEmpty()) {
                return null;
            }
            JsseIdentity.usable(disabled.identities(List.of(identity)), provider);
            chosen = JsseIdentity.of(identity, bouncyCastle);
            HandshakeStep.choose(chosen);
        }
        return usable.test(chosen.key()) ? CHOSEN : null;
    }

    private static @Nullable TlsIdentity ask(
            TlsIdentityChooser application, CertificateCriteria criteria, @Nullable SSLEngine engine) {
        String host = engine == null ? null : engine.getPeerHost();
        int port = engine == null ? 0 : Math.max(0, engine.getPeerPort());
        Optional<TlsIdentity> answer;
        ForeignCodeBoundary boundary = HandshakeStep.currentBoundary();
        boundary.beforeForeignCode();
        try {
            answer = application.choose(new CertificateRequestInfo(host, port, criteria));
        } catch (Exception | Error e) {
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            throw new IllegalStateException("the choice of an identity failed", e);
        } finally {
            boundary.afterForeignCode();
        }
        if (answer == null) {
            throw new IllegalStateException("the choice of an identity returned null");
        }
        return answer.orElse(null);
    }

    private JsseIdentity identity(String alias) {
        JsseIdentity chosen = alias.equals(CHOSEN) ? HandshakeStep.currentlyChosen() : null;
        return chosen == null ? identities.get(Integer.parseInt(alias)) : chosen;
    }

    /**
     * Returns whether the key only appears to suit the peer's schemes, because the provider uses one name for the
     * RSASSA-PSS schemes of both types of RSA keys. The type of key that the provider queries is the one that the peer
     * can verify; it may query both.
     */
    private static boolean isMistakenFor(SigningKey key, String @Nullable [] keyTypes) {
        boolean rsa = key.type() == SigningKey.Type.RSA || key.type() == SigningKey.Type.RSASSA_PSS;
        return rsa && keyTypes != null && Arrays.stream(keyTypes).anyMatch(type -> type.startsWith("RSA"));
    }

    /** Returns whether the provider can use the key. Providers have more requirements than the RFCs. */
    private boolean isUsable(SigningKey key, CertificateCriteria criteria, Handshake handshake) {
        Set<SignatureScheme> supported = handshake.supported();
        if (!supported.isEmpty() && supported.stream().noneMatch(scheme -> key.signs(scheme, criteria.version()))) {
            return false;
        }
        NamedGroup curve = key.curve();
        if (!sunJsse || curve == null || criteria.version() == TlsVersion.TLS_1_3) {
            return true;
        }
        // SunJSSE signs with one hash per curve only, and its server accepts only curves among its own groups.
        List<Integer> offered = criteria.signatureSchemes();
        return (!criteria.fromClient() || context.groups().contains(curve))
                && offered != null
                && offered.stream()
                        .flatMap(code -> SignatureScheme.of(code).stream())
                        .anyMatch(scheme -> key.signs(scheme, TlsVersion.TLS_1_3));
    }

    /**
     * Returns the version of a server's handshake. Conscrypt reports TLS 1.2 until the handshake is done, so for
     * Conscrypt it is the highest version that both ends support.
     */
    private TlsVersion versionOfServer(Handshake handshake) {
        PeerRequest request = handshake.request(true);
        TlsVersion highest =
                request != null && request.offersTls13() && context.protocols().contains(TlsVersion.TLS_1_3)
                        ? TlsVersion.TLS_1_3
                        : TlsVersion.TLS_1_2;
        return conscrypt ? highest : handshake.version(highest);
    }

    private CertificateCriteria criteria(boolean fromClient, Handshake handshake, Principal @Nullable [] issuers) {
        TlsVersion version = fromClient ? versionOfServer(handshake) : handshake.version(TlsVersion.TLS_1_2);
        boolean is13 = version == TlsVersion.TLS_1_3;
        PeerRequest request = handshake.request(fromClient);
        Set<X500Principal> authorities = Stream.concat(
                        Stream.ofNullable(issuers).flatMap(Arrays::stream),
                        request == null || (fromClient && !is13) ? Stream.of() : request.authorities().stream())
                .filter(X500Principal.class::isInstance)
                .map(X500Principal.class::cast)
                .collect(Collectors.toSet());
        return new CertificateCriteria(
                fromClient,
                version,
                request == null ? handshake.offered() : request.signatureSchemes(),
                request == null ? null : request.certificateSchemes(),
                fromClient ? handshake.serverName() : null,
                authorities,
                request == null || is13
                        ? CertificateCriteria.ANY_AUTHENTICATION
                        : request.authentications(context.cipherSuites()),
                request == null || is13 ? null : request.groups());
    }

    /**
     * Explains why none of the identities can be used for the client whose ClientHello was seen.
     *
     * @param seen the messages seen so far
     * @return null if an identity can be used, or if no ClientHello was seen
     */
    @Nullable
    String obstacle(PlaintextHandshake seen) {
        PeerRequest request = seen.clientRequest();
        if (request == null) {
            return null;
        }
        CertificateCriteria criteria = criteria(true, new Handshake(null, seen), null);
        return chooser.choose(criteria).isPresent() ? null : chooser.reason(criteria);
    }

    /** Returns the host name that the client requests (RFC 6066 3); null if it requests none. */
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

    /**
     * The handshake that calls the key manager.
     *
     * @param session what JSSE exposes of the handshake; null if it exposes nothing
     * @param seen the unencrypted messages of the handshake; null if they are not known
     */
    private record Handshake(
            @Nullable SSLSession session, @Nullable PlaintextHandshake seen) {
        static Handshake of(@Nullable SSLEngine engine) {
            return new Handshake(engine == null ? null : engine.getHandshakeSession(), HandshakeStep.currentMessages());
        }

        /** Returns the version that JSSE reports, or {@code otherwise} if it reports none. */
        TlsVersion version(TlsVersion otherwise) {
            String protocol = session == null ? null : session.getProtocol();
            for (TlsVersion version : TlsVersion.values()) {
                if (version.standardName().equals(protocol)) {
                    return version;
                }
            }
            return otherwise;
        }

        @Nullable
        PeerRequest request(boolean fromClient) {
            if (seen == null) {
                return null;
            }
            return fromClient ? seen.clientRequest() : seen.serverRequest();
        }

        @Nullable
        String serverName() {
            return session instanceof ExtendedSSLSession extended ? IdentityAdapter.serverName(extended) : null;
        }

        /** Returns the codes of the schemes that JSSE reports for the peer; all schemes if it reports none. */
        List<Integer> offered() {
            String[] names = session instanceof ExtendedSSLSession extended
                    ? extended.getPeerSupportedSignatureAlgorithms()
                    : null;
            List<SignatureScheme> schemes =
                    names == null || names.length == 0 ? SignatureScheme.all() : SignatureNames.schemes(names);
            return schemes.stream().map(SignatureScheme::code).toList();
        }

        /** Returns the schemes that the provider can sign with, as far as it reports them; empty if it reports none. */
        Set<SignatureScheme> supported() {
            String[] names = session instanceof ExtendedSSLSession extended
                    ? extended.getLocalSupportedSignatureAlgorithms()
                    : null;
            return names == null ? Set.of() : Set.copyOf(SignatureNames.schemes(names));
        }
    }

    private static String alias(Choice choice) {
        return Integer.toString(choice.index());
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        return identity(alias).chain().toArray(X509Certificate[]::new);
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return identity(alias).privateKey();
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
                .filter(i -> JsseKeyType.fits(keyType, identities.get(i).key()))
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
