package io.parktls.sockets.jsse;

import io.parktls.CipherSuite;
import io.parktls.ClientAuth;
import io.parktls.NamedGroup;
import io.parktls.SignatureScheme;
import io.parktls.TlsVersion;
import java.security.AlgorithmConstraints;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a socket that determine its {@link io.parktls.TlsContext}. Null components keep the defaults of the
 * socket's role. Immutable; equal settings share a context.
 *
 * @param protocols the enabled versions
 * @param cipherSuites the enabled suites, in order of preference
 * @param groups the named groups, in order of preference
 * @param signatureSchemes the signature schemes, in order of preference
 * @param applicationProtocols the ALPN protocols, in order of preference
 * @param clientAuth whether a server asks for a certificate
 * @param ownOrder whether a server's order of suites decides
 * @param constraints further restrictions of algorithms; compared by identity
 */
record Negotiation(
        @Nullable List<TlsVersion> protocols,
        @Nullable List<CipherSuite> cipherSuites,
        @Nullable List<NamedGroup> groups,
        @Nullable List<SignatureScheme> signatureSchemes,
        @Nullable List<String> applicationProtocols,
        @Nullable ClientAuth clientAuth,
        @Nullable Boolean ownOrder,
        @Nullable AlgorithmConstraints constraints) {

    static final Negotiation DEFAULTS = new Negotiation(null, null, null, null, null, null, null, null);

    Negotiation withProtocols(List<TlsVersion> value) {
        return new Negotiation(
                value, cipherSuites, groups, signatureSchemes, applicationProtocols, clientAuth, ownOrder, constraints);
    }

    Negotiation withCipherSuites(List<CipherSuite> value) {
        return new Negotiation(
                protocols, value, groups, signatureSchemes, applicationProtocols, clientAuth, ownOrder, constraints);
    }

    Negotiation withGroups(@Nullable List<NamedGroup> value) {
        return new Negotiation(
                protocols,
                cipherSuites,
                value,
                signatureSchemes,
                applicationProtocols,
                clientAuth,
                ownOrder,
                constraints);
    }

    Negotiation withSignatureSchemes(@Nullable List<SignatureScheme> value) {
        return new Negotiation(
                protocols, cipherSuites, groups, value, applicationProtocols, clientAuth, ownOrder, constraints);
    }

    Negotiation withApplicationProtocols(List<String> value) {
        return new Negotiation(
                protocols, cipherSuites, groups, signatureSchemes, value, clientAuth, ownOrder, constraints);
    }

    Negotiation withClientAuth(ClientAuth value) {
        return new Negotiation(
                protocols, cipherSuites, groups, signatureSchemes, applicationProtocols, value, ownOrder, constraints);
    }

    Negotiation withOwnOrder(boolean value) {
        return new Negotiation(
                protocols,
                cipherSuites,
                groups,
                signatureSchemes,
                applicationProtocols,
                clientAuth,
                value,
                constraints);
    }

    Negotiation withConstraints(@Nullable AlgorithmConstraints value) {
        return new Negotiation(
                protocols, cipherSuites, groups, signatureSchemes, applicationProtocols, clientAuth, ownOrder, value);
    }

    /** Returns these settings, with the given ones in place of null. */
    Negotiation orElse(Negotiation defaults) {
        return new Negotiation(
                orElse(protocols, defaults.protocols),
                orElse(cipherSuites, defaults.cipherSuites),
                orElse(groups, defaults.groups),
                orElse(signatureSchemes, defaults.signatureSchemes),
                orElse(applicationProtocols, defaults.applicationProtocols),
                orElse(clientAuth, defaults.clientAuth),
                orElse(ownOrder, defaults.ownOrder),
                orElse(constraints, defaults.constraints));
    }

    private static <T> @Nullable T orElse(@Nullable T value, @Nullable T other) {
        return value == null ? other : value;
    }
}
