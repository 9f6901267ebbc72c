package io.parktls.engine.bouncycastle;

import io.parktls.CipherSuite;
import io.parktls.ClientAuth;
import io.parktls.NamedGroup;
import io.parktls.SignatureScheme;
import io.parktls.TlsContext;
import io.parktls.TlsVersion;
import io.parktls.engine.ApplicationProtocolNames;
import io.parktls.jca.JcaProviders;
import io.parktls.jca.JdkSignatureScheme;
import io.parktls.pki.DisabledAlgorithms;
import io.parktls.record.AeadAlgorithm;
import io.parktls.session.ServerNamesDigest;
import java.util.List;
import java.util.Vector;
import org.bouncycastle.tls.ProtocolName;
import org.bouncycastle.tls.ProtocolVersion;
import org.jspecify.annotations.Nullable;

/**
 * A context converted to Bouncy Castle's types. Created once and shared by the context's connections. Immutable: the
 * arrays and vectors must not be modified.
 */
@SuppressWarnings("JdkObsolete") // Bouncy Castle's API is older than List
final class PreparedContext {
    final TlsContext context;
    final ProtocolVersion[] versions;
    final int[] cipherSuites;
    final int[] groups;
    final Vector<Integer> groupList;
    final Vector<Integer> keyShareGroups;
    final Vector<Object> signatureAlgorithms;

    /** Those that a CertificateRequest of TLS 1.2 may list. */
    final Vector<Object> signatureAlgorithms12;

    /**
     * The value of signature_algorithms_cert; null if it would equal {@link #signatureAlgorithms}, in which case the
     * extension is left out (RFC 8446 4.2.3).
     */
    final @Nullable Vector<Object> certificateSignatureAlgorithms;

    final DisabledAlgorithms disabled;
    final Vector<ProtocolName> applicationProtocols;
    final PreparedIdentities identities;
    final RequestedAuthorities requestedAuthorities;
    private final KeyExchanges exchanges;
    private final CipherSelection ciphers;

    /** The digest of the host names that a server's tickets are bound to. */
    final byte[] serverNames;

    /** Whether sessions can be resumed with this version of Bouncy Castle. */
    private final boolean resumptionSupported;

    /** Whether a private key or the key log may block. */
    private final boolean mayWait;

    PreparedContext(TlsContext context, PreferredProviders preferred, CipherSelection ciphers) {
        this.context = context;
        this.ciphers = ciphers;
        this.versions = context.protocols().stream()
                .sorted((a, b) -> b.compareTo(a))
                .map(version -> version == TlsVersion.TLS_1_3 ? ProtocolVersion.TLSv13 : ProtocolVersion.TLSv12)
                .toArray(ProtocolVersion[]::new);
        this.cipherSuites = context.cipherSuites().stream()
                .filter(suite -> context.protocols().contains(suite.version()))
                .filter(suite -> AeadAlgorithm.of(suite).isAvailable())
                .mapToInt(CipherSuite::code)
                .toArray();
        JdkHashAlgorithm.requireAvailable();
        if (cipherSuites.length == 0) {
            throw new IllegalArgumentException("no provider of this JVM has a cipher for any of "
                    + context.cipherSuites() + ": " + JcaProviders.asInstalled());
        }
        List<NamedGroup> usable = context.groups().stream()
                .filter(group -> !group.isHybrid()
                        || (context.protocols().contains(TlsVersion.TLS_1_3) && JdkMlKem768.isAvailable()))
                .toList();
        if (usable.isEmpty()) {
            throw new IllegalArgumentException(
                    "none of the groups " + context.groups() + " can be used with " + context.protocols());
        }
        this.groups = usable.stream().mapToInt(NamedGroup::code).toArray();
        this.groupList = new Vector<>(usable.stream().map(NamedGroup::code).toList());
        this.keyShareGroups = keyShareGroups(usable);
        this.disabled = DisabledAlgorithms.current();
        List<SignatureScheme> schemes = enabled(disabled.handshakeSchemes());
        this.signatureAlgorithms = algorithms(schemes);
        this.signatureAlgorithms12 = algorithms(schemes.stream()
                .filter(scheme -> !JdkSignatureScheme.of(scheme).isForTls13Only())
                .toList());
        List<SignatureScheme> certificateSchemes = enabled(disabled.certificateSchemes());
        this.certificateSignatureAlgorithms =
                certificateSchemes.equals(schemes) ? null : algorithms(certificateSchemes);
        this.applicationProtocols = new Vector<>(context.applicationProtocols().stream()
                .map(name -> ProtocolName.asRawBytes(ApplicationProtocolNames.toBytes(name)))
                .toList());
        this.identities = new PreparedIdentities(context.identities(), disabled, preferred, schemes);
        this.requestedAuthorities = new RequestedAuthorities(context.trust());
        this.exchanges = new KeyExchanges(preferred);
        this.serverNames = ServerNamesDigest.of(context.identities());
        this.resumptionSupported = ResumptionSupport.isAvailable();
        this.mayWait = context.keyLog().isPresent() || identities.mayWait();
    }

    /**
     * Returns the context's schemes, in its order, that are among those that the administrator has left enabled, and
     * that one of the versions can use.
     *
     * @throws IllegalArgumentException if there is none
     */
    private List<SignatureScheme> enabled(List<SignatureScheme> allowed) {
        List<SignatureScheme> schemes = context.signatureSchemes().stream()
                .filter(allowed::contains)
                .filter(scheme -> !JdkSignatureScheme.of(scheme).isForTls13Only() || canUseMlDsa())
                .toList();
        if (schemes.isEmpty()) {
            throw new IllegalArgumentException("every one of the signature schemes " + context.signatureSchemes()
                    + " is disabled, not for " + context.protocols() + ", or not supported by this JVM: configure"
                    + " another one, or change jdk.tls.disabledAlgorithms");
        }
        return schemes;
    }

    private boolean canUseMlDsa() {
        return context.protocols().contains(TlsVersion.TLS_1_3) && JdkVerifier.supportsMlDsa();
    }

    private static Vector<Object> algorithms(List<SignatureScheme> schemes) {
        return new Vector<>(schemes.stream().map(PreparedIdentity::algorithm).toList());
    }

    /**
     * Returns the first group. After a hybrid it also returns the first group that is not hybrid, to save a round trip
     * with servers that do not support the hybrid.
     */
    private static Vector<Integer> keyShareGroups(List<NamedGroup> groups) {
        Vector<Integer> shares = new Vector<>();
        if (!groups.isEmpty()) {
            shares.add(groups.getFirst().code());
            if (groups.getFirst().isHybrid()) {
                groups.stream()
                        .filter(group -> !group.isHybrid())
                        .findFirst()
                        .ifPresent(group -> shares.add(group.code()));
            }
        }
        return shares;
    }

    /** Returns whether the handshakes of clients or servers call foreign code. */
    boolean mayWait(boolean server) {
        boolean verifies = !server || context.clientAuth() != ClientAuth.NONE;
        boolean looksUp = server && context.pskLookup().isPresent();
        boolean opensTickets = server && resumes() && context.ticketKeys().mayWait();
        return mayWait
                || looksUp
                || opensTickets
                || (verifies && context.trust().mayWait());
    }

    /** Returns whether a server issues and accepts session tickets. */
    boolean resumes() {
        return resumptionSupported && context.ticketCount() > 0;
    }

    /** Returns whether a client keeps and resumes sessions. */
    boolean keepsSessions() {
        return resumptionSupported && context.sessionCache().store().capacity() > 0;
    }

    static boolean contains(int[] values, int wanted) {
        for (int value : values) {
            if (value == wanted) {
                return true;
            }
        }
        return false;
    }

    ConnectionCrypto crypto() {
        return new ConnectionCrypto(
                HandshakeRandom.next(), exchanges, ciphers, context.keyLog().orElse(null));
    }
}
