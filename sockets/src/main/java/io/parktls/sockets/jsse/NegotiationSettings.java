package io.parktls.sockets.jsse;

import io.parktls.CipherSuite;
import io.parktls.ClientAuth;
import io.parktls.NamedGroup;
import io.parktls.SignatureScheme;
import io.parktls.TlsContext;
import io.parktls.TlsVersion;
import io.parktls.pki.HostNames;
import java.security.AlgorithmConstraints;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIMatcher;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import org.apache.logging.log4j.LogManager;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a socket, a server socket or an engine, in JSSE's terms. A caller selects from what the {@link SocketContext}
 * allows.
 *
 * <p>Thread-safe; concurrent changes of different settings may be lost, as in the JDK.
 */
final class NegotiationSettings {
    /** Whether the log has stated that host verification cannot be switched off. */
    private static final AtomicBoolean WARNED = new AtomicBoolean();

    private final SocketContext shared;

    private volatile Negotiation negotiation = Negotiation.DEFAULTS;

    /** The names for SNI; null for the host. */
    private volatile @Nullable List<SNIServerName> serverNames;

    /** Null if none were set, which {@code SSLParameters} distinguish from an empty collection. */
    private volatile @Nullable List<SNIMatcher> serverNameMatchers;

    private volatile @Nullable String endpointIdentification;

    private volatile boolean sessionCreationEnabled = true;

    NegotiationSettings(SocketContext shared) {
        this.shared = shared;
        this.endpointIdentification = shared.authentication.alwaysVerifiesHost() ? "HTTPS" : null;
    }

    /** Returns an independent copy, for an accepted socket. */
    NegotiationSettings copy() {
        NegotiationSettings copy = new NegotiationSettings(shared);
        copy.negotiation = negotiation;
        copy.serverNames = serverNames;
        copy.serverNameMatchers = serverNameMatchers;
        copy.endpointIdentification = endpointIdentification;
        copy.sessionCreationEnabled = sessionCreationEnabled;
        return copy;
    }

    SocketContext shared() {
        return shared;
    }

    /** Returns the context of a connection with these settings. */
    TlsContext context(boolean client) throws SSLHandshakeException {
        return shared.context(client, negotiation, EndpointIdentification.isRequested(endpointIdentification));
    }

    /** Returns the settings that determine the context, with the defaults of the role. */
    Negotiation resolved(boolean client) {
        return shared.resolve(client, negotiation);
    }

    // ---- protocols and suites

    String[] supportedCipherSuites() {
        return JsseNames.names(shared.widest().cipherSuites());
    }

    String[] cipherSuites(boolean client) {
        List<CipherSuite> enabled = resolved(client).cipherSuites();
        return JsseNames.names(enabled == null ? shared.widest().cipherSuites() : enabled);
    }

    void cipherSuites(String @Nullable [] names) {
        negotiation = negotiation.withCipherSuites(
                JsseNames.cipherSuites(names, shared.widest().cipherSuites()));
    }

    String[] supportedProtocols() {
        return JsseNames.standardNames(shared.widest().protocols());
    }

    String[] protocols(boolean client) {
        List<TlsVersion> enabled = resolved(client).protocols();
        return JsseNames.standardNames(enabled == null ? shared.widest().protocols() : enabled);
    }

    void protocols(String @Nullable [] names) {
        negotiation = negotiation.withProtocols(
                JsseNames.protocols(names, shared.widest().protocols()));
    }

    // ---- client certificates

    private ClientAuth clientAuth() {
        ClientAuth selected = negotiation.clientAuth();
        return selected == null ? shared.widest().clientAuth() : selected;
    }

    boolean needsClientAuth() {
        return clientAuth() == ClientAuth.REQUIRED;
    }

    boolean wantsClientAuth() {
        return clientAuth() == ClientAuth.WANTED;
    }

    void clientAuth(ClientAuth mode) {
        if (mode == clientAuth()) {
            return;
        }
        if (mode != ClientAuth.NONE && !shared.authentication.canVerifyClients()) {
            throw new UnsupportedOperationException(
                    "client certificates cannot be verified: the TlsContext has no trust, set it with trust(...)");
        }
        negotiation = negotiation.withClientAuth(mode);
    }

    void needClientAuth(boolean need) {
        clientAuth(need ? ClientAuth.REQUIRED : ClientAuth.NONE);
    }

    void wantClientAuth(boolean want) {
        clientAuth(want ? ClientAuth.WANTED : ClientAuth.NONE);
    }

    void enableSessionCreation(boolean enabled) {
        sessionCreationEnabled = enabled;
    }

    boolean isSessionCreationEnabled() {
        return sessionCreationEnabled;
    }

    // ---- settings of a connection that its context does not contain

    /** Returns the names for SNI; null for the host that a client connects to. */
    @Nullable
    List<SNIServerName> serverNames() {
        return serverNames;
    }

    List<SNIMatcher> serverNameMatchers() {
        List<SNIMatcher> matchers = serverNameMatchers;
        return matchers == null ? List.of() : matchers;
    }

    /** Returns the endpoint identification algorithm; null or empty for none. */
    @Nullable
    String endpointIdentification() {
        return endpointIdentification;
    }

    @Nullable
    AlgorithmConstraints constraints() {
        return negotiation.constraints();
    }

    // ---- SSLParameters

    /**
     * Returns the parameters. The server names of a client are its host, unless others were set.
     *
     * @param host the host that a client connects to; null if it is not known
     */
    SSLParameters parameters(boolean client, @Nullable String host) {
        SSLParameters parameters = parameters(client);
        if (client && serverNames == null && host != null) {
            SNIServerName name = hostName(host);
            if (name != null) {
                parameters.setServerNames(List.of(name));
            }
        }
        return parameters;
    }

    /** RFC 6066 3: SNI carries host names only, never addresses. */
    private static @Nullable SNIServerName hostName(String host) {
        if (HostNames.isAddress(host)) {
            return null;
        }
        try {
            return new SNIHostName(host);
        } catch (IllegalArgumentException e) {
            // JSSE's class for host names is stricter than the DNS.
            return null;
        }
    }

    /** Returns the parameters, without the server names of a client that has not set them. */
    SSLParameters parameters(boolean client) {
        SSLParameters parameters = new SSLParameters(cipherSuites(client), protocols(client));
        TlsContext defaults = shared.widest();
        Negotiation current = resolved(client);
        if (needsClientAuth()) {
            parameters.setNeedClientAuth(true);
        } else if (wantsClientAuth()) {
            parameters.setWantClientAuth(true);
        }
        parameters.setAlgorithmConstraints(current.constraints());
        parameters.setEndpointIdentificationAlgorithm(endpointIdentification);
        List<SNIServerName> names = serverNames;
        if (names != null) {
            parameters.setServerNames(names);
        }
        List<SNIMatcher> matchers = serverNameMatchers;
        if (matchers != null) {
            parameters.setSNIMatchers(matchers);
        }
        Boolean ownOrder = current.ownOrder();
        parameters.setUseCipherSuitesOrder(ownOrder == null ? !defaults.clientOrderPreferred() : ownOrder);
        List<String> protocols = current.applicationProtocols();
        parameters.setApplicationProtocols(
                JsseNames.names(protocols == null ? defaults.applicationProtocols() : protocols, JsseNames::toJsse));
        List<NamedGroup> groups = current.groups();
        parameters.setNamedGroups(
                JsseNames.names(groups == null ? defaults.groups() : groups, NamedGroup::standardName));
        List<SignatureScheme> schemes = current.signatureSchemes();
        if (schemes != null) {
            parameters.setSignatureSchemes(JsseNames.names(schemes, SignatureScheme::standardName));
        }
        return parameters;
    }

    /** Applies the parameters. Parameters that are null stay unchanged. */
    void parameters(SSLParameters wanted) {
        if (wanted.getCipherSuites() != null) {
            cipherSuites(wanted.getCipherSuites());
        }
        if (wanted.getProtocols() != null) {
            protocols(wanted.getProtocols());
        }
        if (wanted.getNeedClientAuth()) {
            clientAuth(ClientAuth.REQUIRED);
        } else {
            clientAuth(wanted.getWantClientAuth() ? ClientAuth.WANTED : ClientAuth.NONE);
        }
        TlsContext defaults = shared.widest();
        Negotiation next = negotiation;
        AlgorithmConstraints constraints = wanted.getAlgorithmConstraints();
        if (constraints != null) {
            requireOverrides(constraints);
            next = next.withConstraints(constraints);
        }
        String[] groups = wanted.getNamedGroups();
        if (groups != null) {
            next = next.withGroups(unlessEqual(JsseNames.groups(groups, defaults.groups()), defaults.groups()));
        }
        String[] schemes = wanted.getSignatureSchemes();
        if (schemes != null) {
            next = next.withSignatureSchemes(JsseNames.signatureSchemes(schemes));
        }
        if (wanted.getUseCipherSuitesOrder() == defaults.clientOrderPreferred() || next.ownOrder() != null) {
            next = next.withOwnOrder(wanted.getUseCipherSuitesOrder());
        }
        List<String> protocols = Arrays.stream(wanted.getApplicationProtocols())
                .map(JsseNames::applicationProtocol)
                .toList();
        if (!protocols.equals(defaults.applicationProtocols()) || next.applicationProtocols() != null) {
            next = next.withApplicationProtocols(protocols);
        }
        negotiation = next;
        if (wanted.getServerNames() != null) {
            serverNames = wanted.getServerNames();
        }
        Collection<SNIMatcher> matchers = wanted.getSNIMatchers();
        if (matchers != null) {
            serverNameMatchers = List.copyOf(matchers);
        }
        endpointIdentification(wanted.getEndpointIdentificationAlgorithm());
    }

    /** Refuses constraints that the engine cannot apply to the chain, so that no setting is silently ignored. */
    private void requireOverrides(AlgorithmConstraints constraints) {
        if (!shared.widest().engineProvider().supportsOverrides()) {
            throw new UnsupportedOperationException("algorithm constraints need the Bouncy Castle engine; the engine "
                    + shared.widest().engineProvider().name() + " cannot apply " + constraints
                    + ": use jdk.tls.disabledAlgorithms, or another engine");
        }
    }

    private static <T> @Nullable List<T> unlessEqual(List<T> values, List<T> defaults) {
        return values.equals(defaults) ? null : values;
    }

    private void endpointIdentification(@Nullable String algorithm) {
        if (EndpointIdentification.isRequested(algorithm)) {
            endpointIdentification = algorithm;
        } else if (!shared.authentication.alwaysVerifiesHost()) {
            if (algorithm != null) {
                endpointIdentification = algorithm;
            }
        } else if (algorithm != null && WARNED.compareAndSet(false, true)) {
            LogManager.getLogger(NegotiationSettings.class)
                    .warn("SSLParameters switch endpoint identification off, but the TlsContext verifies hosts, so the"
                            + " sockets keep verifying; use TlsContext.Builder.verifyHost(false) to change that");
        }
    }
}
