package io.parktls.engine.jsse;

import io.parktls.CipherSuite;
import io.parktls.NamedGroup;
import io.parktls.SignatureScheme;
import io.parktls.TlsContext;
import io.parktls.TlsVersion;
import io.parktls.engine.ForeignCode;
import io.parktls.engine.HandshakeOverrides;
import io.parktls.engine.HandshakeOverrides.ApplicationProtocolChoice;
import io.parktls.engine.HandshakeOverrides.ServerNameCheck;
import io.parktls.engine.TlsEngine;
import io.parktls.engine.TlsEngineProvider;
import io.parktls.jca.JdkSignatureScheme;
import io.parktls.pki.DisabledAlgorithms;
import io.parktls.pki.HostNames;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIMatcher;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.StandardConstants;
import org.jspecify.annotations.Nullable;

/**
 * The engines of one context: an {@code SSLContext}, and the parameters for each of its {@code SSLEngine}s.
 * Thread-safe.
 */
final class JsseEngines implements TlsEngineProvider.Engines {
    /**
     * The suites from which Conscrypt derives the types of keys to query a key manager for. It does so in TLS 1.3 too,
     * where these suites are not negotiated.
     */
    private static final List<CipherSuite> KEY_TYPES_OF_CONSCRYPT = List.of(
            CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, CipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256);

    private final TlsContext context;
    private final SSLContext sslContext;

    /**
     * Null if the SSLContext has its own identities and trust, and verifies peers itself, including their host names.
     */
    private final @Nullable IdentityAdapter identities;

    private final DisabledAlgorithms disabled;
    private final ForeignCalls foreignCalls;

    private final String name;
    private final String[] protocols;
    private final String[] cipherSuites;
    private final String[] groups;
    private final String[] signatureSchemes;
    private final String[] applicationProtocols;

    /**
     * Prepares the parameters of the engines.
     *
     * @throws IllegalArgumentException if the SSLContext does not support the context's settings
     */
    JsseEngines(
            TlsContext context,
            SSLContext sslContext,
            @Nullable IdentityAdapter identities,
            DisabledAlgorithms disabled,
            ForeignCalls foreignCalls) {
        this.context = context;
        this.foreignCalls = foreignCalls;
        this.sslContext = sslContext;
        this.identities = identities;
        this.disabled = disabled;
        this.name = "JSSE (" + sslContext.getProvider().getName() + ")";
        SSLParameters supported = sslContext.getSupportedSSLParameters();
        this.protocols = protocols(supported.getProtocols());
        this.cipherSuites = cipherSuites(Set.of(supported.getCipherSuites()));
        this.groups = groups(sslContext.createSSLEngine().getSSLParameters().getNamedGroups());
        List<SignatureScheme> enabled = disabled.handshakeSchemes();
        // Providers ignore the names of schemes that they do not know.
        this.signatureSchemes = context.signatureSchemes().stream()
                .filter(enabled::contains)
                .map(SignatureScheme::standardName)
                .toArray(String[]::new);
        if (context.signatureSchemes().stream().map(JdkSignatureScheme::of).allMatch(JdkSignatureScheme::isForTls13Only)
                && !sslContext.getProvider().getName().equals("BCJSSE")) {
            throw new IllegalArgumentException(name + " supports none of the signature schemes "
                    + context.signatureSchemes() + ": configure others, or use the Bouncy Castle engine");
        }
        this.applicationProtocols =
                context.applicationProtocols().stream().map(AlpnNames::toJsse).toArray(String[]::new);
    }

    private String[] protocols(String[] supported) {
        Set<String> known = Set.of(supported);
        for (TlsVersion version : context.protocols()) {
            if (!known.contains(version.standardName())) {
                throw new IllegalArgumentException(name + " does not support " + version);
            }
        }
        return context.protocols().stream().map(TlsVersion::standardName).toArray(String[]::new);
    }

    private String[] cipherSuites(Set<String> supported) {
        List<CipherSuite> common = context.cipherSuites().stream()
                .filter(suite -> context.protocols().contains(suite.version()))
                .filter(suite -> supported.contains(suite.name()))
                .toList();
        Set<TlsVersion> covered = common.stream().map(CipherSuite::version).collect(Collectors.toSet());
        if (!covered.containsAll(context.protocols())) {
            throw new IllegalArgumentException(name + " does not support a cipher suite for each of "
                    + context.protocols() + ": the context allows " + context.cipherSuites());
        }
        Stream<CipherSuite> keyTypes = isConscrypt() && !context.protocols().contains(TlsVersion.TLS_1_2)
                ? KEY_TYPES_OF_CONSCRYPT.stream()
                : Stream.of();
        return Stream.concat(common.stream(), keyTypes).map(CipherSuite::name).toArray(String[]::new);
    }

    private boolean isConscrypt() {
        return sslContext.getProvider().getName().equals("Conscrypt");
    }

    /**
     * Returns the groups to offer.
     *
     * @param supported the groups that the provider names; null if it does not expose them
     */
    private String[] groups(String @Nullable [] supported) {
        List<String> common = context.groups().stream()
                .filter(group -> supported == null
                        ? !group.isHybrid()
                        : Arrays.stream(supported).anyMatch(group.standardName()::equalsIgnoreCase))
                .map(NamedGroup::standardName)
                .toList();
        if (common.isEmpty()) {
            throw new IllegalArgumentException(name + " supports none of the groups " + context.groups());
        }
        return common.toArray(String[]::new);
    }

    @Override
    public TlsEngine client(@Nullable String host, int port) {
        return client(host, port, HandshakeOverrides.NONE);
    }

    @Override
    public TlsEngine client(@Nullable String host, int port, HandshakeOverrides overrides) {
        requireSupported(overrides);
        if (context.verifyHost() && context.nameToVerify(host) == null) {
            throw new IllegalStateException("no host to verify: call setPeer(host, port) first,"
                    + " or build the context with verifyName(...) or verifyHost(false)");
        }
        SSLEngine ssl = sslContext.createSSLEngine(host, port == 0 ? -1 : port);
        ssl.setUseClientMode(true);
        SSLParameters parameters = parameters(ssl);
        if (overrides.serverNames() != null) {
            parameters.setServerNames(overrides.serverNames());
        } else if (host != null && !HostNames.isAddress(host)) {
            parameters.setServerNames(List.of(serverName(host)));
        }
        if (identities == null && context.verifyHost()) {
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
        }
        ssl.setSSLParameters(parameters);
        return engine(ssl);
    }

    private static void requireSupported(HandshakeOverrides overrides) {
        if (overrides.identityChoice() != null || overrides.verification() != null) {
            throw new UnsupportedOperationException(
                    "the JSSE engine supports no overrides of identities and verification");
        }
    }

    @Override
    public TlsEngine server() {
        return server(HandshakeOverrides.NONE);
    }

    @Override
    public TlsEngine server(HandshakeOverrides overrides) {
        requireSupported(overrides);
        if (identities != null && context.identities().isEmpty()) {
            throw new IllegalStateException("a server needs an identity: build the context with identity(...)");
        }
        SSLEngine ssl = sslContext.createSSLEngine();
        ssl.setUseClientMode(false);
        SSLParameters parameters = parameters(ssl);
        parameters.setUseCipherSuitesOrder(!context.clientOrderPreferred());
        switch (context.clientAuth()) {
            case NONE -> {}
            case WANTED -> parameters.setWantClientAuth(true);
            case REQUIRED -> parameters.setNeedClientAuth(true);
        }
        ServerNameCheck check = overrides.serverNameCheck();
        if (check != null) {
            parameters.setSNIMatchers(List.of(matcher(check)));
        }
        ssl.setSSLParameters(parameters);
        ApplicationProtocolChoice choice = overrides.protocolChoice();
        if (choice != null) {
            ssl.setHandshakeApplicationProtocolSelector((current, offered) -> choice.select(
                            offered.stream().map(AlpnNames::fromJsse).toList())
                    .map(AlpnNames::toJsse)
                    .orElse(null));
        }
        return engine(ssl);
    }

    private static SNIMatcher matcher(ServerNameCheck check) {
        return new SNIMatcher(StandardConstants.SNI_HOST_NAME) {
            @Override
            public boolean matches(SNIServerName name) {
                return check.accepts(List.of(name));
            }
        };
    }

    private JsseEngine engine(SSLEngine ssl) {
        return new JsseEngine(ssl, context, name, identities, identities == null ? disabled : null, foreignCalls);
    }

    @Override
    public ForeignCode foreignCode(boolean server) {
        return foreignCalls.foreignCode(server);
    }

    private SSLParameters parameters(SSLEngine ssl) {
        SSLParameters parameters = ssl.getSSLParameters();
        parameters.setProtocols(protocols);
        parameters.setCipherSuites(cipherSuites);
        parameters.setNamedGroups(groups);
        parameters.setSignatureSchemes(signatureSchemes);
        parameters.setApplicationProtocols(applicationProtocols);
        return parameters;
    }

    /** RFC 6066 3: the name is sent without a trailing dot. JSSE's class for host names is stricter than the DNS. */
    private static SNIServerName serverName(String host) {
        String bare = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        try {
            return new SNIHostName(bare);
        } catch (IllegalArgumentException e) {
            return new SNIServerName(StandardConstants.SNI_HOST_NAME, bare.getBytes(StandardCharsets.US_ASCII)) {};
        }
    }
}
