package io.parktls.engine.bouncycastle;

import io.parktls.CipherSuite;
import io.parktls.ClientAuth;
import io.parktls.NamedGroup;
import io.parktls.SignatureScheme;
import io.parktls.TlsContext;
import io.parktls.TlsVersion;
import java.util.List;
import java.util.Vector;
import org.bouncycastle.tls.ProtocolName;
import org.bouncycastle.tls.ProtocolVersion;

/** A context in Bouncy Castle's terms: made once, shared by its connections. Immutable: nobody changes the vectors. */
@SuppressWarnings("JdkObsolete") // Bouncy Castle's API is older than List
final class PreparedContext {
    final TlsContext context;
    final ProtocolVersion[] versions;
    final int[] cipherSuites;
    final int[] groups;
    final Vector<Integer> groupList;
    final Vector<Integer> keyShareGroups;
    final Vector<Object> signatureAlgorithms;
    final Vector<ProtocolName> applicationProtocols;
    final List<PreparedIdentity> identities;
    private final KeyExchanges exchanges;

    /** Whether a key or the key log may wait. */
    private final boolean mayWait;

    PreparedContext(TlsContext context, PreferredProviders preferred) {
        this.context = context;
        this.versions = context.protocols().stream()
                .sorted((a, b) -> b.compareTo(a))
                .map(version -> version == TlsVersion.TLS_1_3 ? ProtocolVersion.TLSv13 : ProtocolVersion.TLSv12)
                .toArray(ProtocolVersion[]::new);
        this.cipherSuites = context.cipherSuites().stream()
                .filter(suite -> context.protocols().contains(suite.version()))
                .mapToInt(CipherSuite::code)
                .toArray();
        List<NamedGroup> usable = context.groups().stream()
                .filter(group -> context.protocols().contains(TlsVersion.TLS_1_3) || !group.isHybrid())
                .toList();
        this.groups = usable.stream().mapToInt(NamedGroup::code).toArray();
        this.groupList = new Vector<>(usable.stream().map(NamedGroup::code).toList());
        this.keyShareGroups = keyShareGroups(usable);
        this.signatureAlgorithms = new Vector<>(
                SignatureScheme.all().stream().map(PreparedIdentity::algorithm).toList());
        this.applicationProtocols = new Vector<>(context.applicationProtocols().stream()
                .map(ProtocolName::asUtf8Encoding)
                .toList());
        this.identities = context.identities().stream()
                .map(identity -> new PreparedIdentity(identity, HandshakeRandom::next, preferred))
                .toList();
        this.exchanges = new KeyExchanges(preferred);
        this.mayWait = context.keyLog().isPresent() || identities.stream().anyMatch(PreparedIdentity::mayWait);
    }

    /** The first group, and beside a hybrid the first that every server knows, to save it a round trip. */
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

    /** Whether the handshake of a client or of a server calls code that may wait. */
    boolean mayWait(boolean server) {
        boolean verifies = !server || context.clientAuth() != ClientAuth.NONE;
        return mayWait || (verifies && context.trust().mayWait());
    }

    ConnectionCrypto crypto() {
        return new ConnectionCrypto(
                HandshakeRandom.next(), exchanges, context.keyLog().orElse(null));
    }
}
