package io.parktls.sockets.jsse;

import io.parktls.CipherSuite;
import io.parktls.ClientAuth;
import io.parktls.TlsContext;
import io.parktls.TlsVersion;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * The negotiation settings of a socket: the settings of its context, in JSSE's terms, and the caller's selection from
 * them. A caller can select from what the context allows and can add checks, but cannot remove checks.
 *
 * <p>Thread-safe.
 */
final class NegotiationSettings {
    private record Choice(
            List<TlsVersion> protocols,
            List<CipherSuite> cipherSuites,
            List<String> applicationProtocols,
            ClientAuth clientAuth,
            boolean verifyHost) {
        static Choice of(TlsContext context) {
            return new Choice(
                    context.protocols().stream().sorted().toList(),
                    context.cipherSuites(),
                    context.applicationProtocols(),
                    context.clientAuth(),
                    context.verifyHost());
        }
    }

    private final TlsContext base;

    private volatile Choice choice;

    NegotiationSettings(TlsContext base) {
        this.base = base;
        this.choice = Choice.of(base);
    }

    private NegotiationSettings(NegotiationSettings other) {
        this.base = other.base;
        this.choice = other.choice;
    }

    /** Returns an independent copy. */
    NegotiationSettings copy() {
        return new NegotiationSettings(this);
    }

    /** Returns the context of a connection with these settings. */
    TlsContext context(boolean client) throws SSLException {
        Choice chosen = choice;
        if (chosen.equals(Choice.of(base))) {
            return base;
        }
        TlsVersion[] versions = chosen.protocols.stream()
                .filter(version -> chosen.cipherSuites.stream().anyMatch(suite -> suite.version() == version))
                .toArray(TlsVersion[]::new);
        if (versions.length == 0) {
            throw new SSLHandshakeException(
                    "none of the enabled cipher suites is for " + chosen.protocols + ": " + chosen.cipherSuites);
        }
        return base.toBuilder()
                .protocols(versions)
                .cipherSuites(chosen.cipherSuites.toArray(CipherSuite[]::new))
                .applicationProtocols(chosen.applicationProtocols.toArray(String[]::new))
                .clientAuth(client ? base.clientAuth() : chosen.clientAuth)
                .verifyHost(chosen.verifyHost)
                .build();
    }

    // ---- protocols and suites

    String[] supportedCipherSuites() {
        return names(base.cipherSuites());
    }

    String[] cipherSuites() {
        return names(choice.cipherSuites);
    }

    void cipherSuites(String[] names) {
        List<CipherSuite> suites = Arrays.stream(names).map(CipherSuite::of).toList();
        requireAllowed("cipher suites", suites, base.cipherSuites());
        Choice c = choice;
        choice = new Choice(c.protocols, suites, c.applicationProtocols, c.clientAuth, c.verifyHost);
    }

    String[] supportedProtocols() {
        return standardNames(base.protocols().stream().sorted());
    }

    String[] protocols() {
        return standardNames(choice.protocols.stream());
    }

    void protocols(String[] names) {
        List<TlsVersion> versions =
                Arrays.stream(names).map(TlsVersion::of).sorted().toList();
        requireAllowed("protocols", versions, List.copyOf(base.protocols()));
        Choice c = choice;
        choice = new Choice(versions, c.cipherSuites, c.applicationProtocols, c.clientAuth, c.verifyHost);
    }

    private static String[] names(List<CipherSuite> suites) {
        return suites.stream().map(CipherSuite::name).toArray(String[]::new);
    }

    private static String[] standardNames(Stream<TlsVersion> versions) {
        return versions.map(TlsVersion::standardName).toArray(String[]::new);
    }

    private static <T> void requireAllowed(String setting, List<T> wanted, List<T> allowed) {
        if (wanted.isEmpty() || !allowed.containsAll(wanted)) {
            throw new IllegalArgumentException(
                    "the TlsContext allows the " + setting + " " + allowed + ", not " + wanted);
        }
    }

    // ---- client certificates

    boolean needsClientAuth() {
        return choice.clientAuth == ClientAuth.REQUIRED;
    }

    boolean wantsClientAuth() {
        return choice.clientAuth == ClientAuth.WANTED;
    }

    void clientAuth(ClientAuth mode) {
        if (mode != ClientAuth.NONE && base.configuredTrust().isEmpty()) {
            throw new UnsupportedOperationException(
                    "client certificates cannot be verified: the TlsContext has no trust, set it with trust(...)");
        }
        Choice c = choice;
        choice = new Choice(c.protocols, c.cipherSuites, c.applicationProtocols, mode, c.verifyHost);
    }

    void needClientAuth(boolean need) {
        clientAuth(need ? ClientAuth.REQUIRED : ClientAuth.NONE);
    }

    void wantClientAuth(boolean want) {
        clientAuth(want ? ClientAuth.WANTED : ClientAuth.NONE);
    }

    void requireSessionCreation(boolean enabled) {
        if (!enabled) {
            throw new UnsupportedOperationException("session creation cannot be disabled");
        }
    }

    // ---- SSLParameters

    SSLParameters parameters() {
        Choice c = choice;
        SSLParameters parameters = new SSLParameters(cipherSuites(), protocols());
        if (needsClientAuth()) {
            parameters.setNeedClientAuth(true);
        } else if (wantsClientAuth()) {
            parameters.setWantClientAuth(true);
        }
        if (c.verifyHost) {
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
        }
        parameters.setUseCipherSuitesOrder(true);
        parameters.setApplicationProtocols(c.applicationProtocols.toArray(String[]::new));
        return parameters;
    }

    /**
     * Applies all parameters except the server names, which belong to a connection. Parameters that are null stay
     * unchanged.
     *
     * <p>A server always uses its own order of cipher suites. The parameter for that ({@code useCipherSuitesOrder}) is
     * false by default, so a value of false is ignored rather than refused.
     */
    void parameters(SSLParameters wanted) {
        requireNone("algorithm constraints", wanted.getAlgorithmConstraints());
        requireNone("SNI matchers", wanted.getSNIMatchers());
        requireNone("named groups", wanted.getNamedGroups());
        requireNone("signature schemes", wanted.getSignatureSchemes());
        if (wanted.getCipherSuites() != null) {
            cipherSuites(wanted.getCipherSuites());
        }
        if (wanted.getProtocols() != null) {
            protocols(wanted.getProtocols());
        }
        clientAuth(
                wanted.getNeedClientAuth()
                        ? ClientAuth.REQUIRED
                        : wanted.getWantClientAuth() ? ClientAuth.WANTED : ClientAuth.NONE);
        Choice c = choice;
        boolean verify = verifiesHost(wanted, c.verifyHost);
        choice = new Choice(
                c.protocols, c.cipherSuites, List.of(wanted.getApplicationProtocols()), c.clientAuth, verify);
    }

    private static boolean verifiesHost(SSLParameters wanted, boolean verifies) {
        String algorithm = wanted.getEndpointIdentificationAlgorithm();
        if (algorithm == null) {
            return verifies;
        }
        if (algorithm.isEmpty()) {
            if (verifies) {
                throw new UnsupportedOperationException(
                        "host verification cannot be disabled here: use TlsContext.Builder.verifyHost(false)");
            }
            return false;
        }
        if (!algorithm.equalsIgnoreCase("HTTPS")) {
            throw new UnsupportedOperationException(
                    "the only endpoint identification algorithm is HTTPS, not " + algorithm);
        }
        return true;
    }

    private static void requireNone(String setting, @Nullable Object wanted) {
        if (wanted != null) {
            throw new UnsupportedOperationException(setting + " can only be set on the TlsContext");
        }
    }
}
