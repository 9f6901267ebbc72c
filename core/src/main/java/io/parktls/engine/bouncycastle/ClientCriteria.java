package io.parktls.engine.bouncycastle;

import io.parktls.TlsVersion;
import io.parktls.engine.CertificateCriteria;
import io.parktls.engine.SigningKey.Authentication;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Hashtable;
import java.util.List;
import java.util.Set;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.tls.KeyExchangeAlgorithm;
import org.bouncycastle.tls.SecurityParameters;
import org.bouncycastle.tls.TlsExtensionsUtils;
import org.bouncycastle.tls.TlsServerContext;
import org.bouncycastle.tls.TlsUtils;
import org.jspecify.annotations.Nullable;

/**
 * The requirements of a client for a server's certificate, from its ClientHello.
 *
 * @param context Bouncy Castle's context of the handshake
 * @param extensions the extensions of the ClientHello; null if it has none
 * @param offeredCipherSuites the suites of the ClientHello
 * @param prepared the server's settings
 */
@SuppressWarnings({"JdkObsolete", "rawtypes", "ArrayRecordComponent"}) // Bouncy Castle's API is older than Map
record ClientCriteria(
        TlsServerContext context, @Nullable Hashtable extensions, int[] offeredCipherSuites, PreparedContext prepared) {
    CertificateCriteria criteria(@Nullable String serverName, Set<X500Principal> clientAuthorities) {
        SecurityParameters security = context.getSecurityParametersHandshake();
        boolean is13 = TlsUtils.isTLSv13(context);
        return new CertificateCriteria(
                true,
                is13 ? TlsVersion.TLS_1_3 : TlsVersion.TLS_1_2,
                signatureSchemes(),
                PreparedIdentity.codes(security.getClientSigAlgsCert()),
                serverName,
                clientAuthorities,
                is13 ? CertificateCriteria.ANY_AUTHENTICATION : authentications(),
                is13 ? null : curves(security.getClientSupportedGroups()));
    }

    /**
     * Returns the client's signature schemes; null if it sends none, in which case Bouncy Castle returns a list of
     * SHA-1 schemes (RFC 5246 7.4.1.4.1).
     */
    @Nullable
    List<Integer> signatureSchemes() {
        return extensions != null && extensions.containsKey(TlsExtensionsUtils.EXT_signature_algorithms)
                ? PreparedIdentity.codes(
                        context.getSecurityParametersHandshake().getClientSigAlgs())
                : null;
    }

    /** TLS 1.2: returns the types of keys with which the common cipher suites authenticate. */
    private Set<Authentication> authentications() {
        Set<Authentication> authentications = EnumSet.noneOf(Authentication.class);
        for (int suite : prepared.cipherSuites) {
            if (PreparedContext.contains(offeredCipherSuites, suite)
                    && TlsUtils.isValidVersionForCipherSuite(suite, context.getServerVersion())) {
                authentications.add(authentication(suite));
            }
        }
        return authentications;
    }

    static Authentication authentication(int suite) {
        return TlsUtils.getKeyExchangeAlgorithm(suite) == KeyExchangeAlgorithm.ECDHE_RSA
                ? Authentication.RSA
                : Authentication.ECDSA;
    }

    private static @Nullable Set<Integer> curves(int @Nullable [] groups) {
        if (groups == null) {
            return null;
        }
        Set<Integer> curves = HashSet.newHashSet(groups.length);
        for (int group : groups) {
            curves.add(group);
        }
        return curves;
    }
}
