package io.parktls.engine.bouncycastle;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.bouncycastle.tls.SecurityParameters;
import org.bouncycastle.tls.crypto.TlsCrypto;
import org.bouncycastle.tls.crypto.TlsCryptoUtils;
import org.bouncycastle.tls.crypto.TlsSecret;
import org.jspecify.annotations.Nullable;

/**
 * Exports keying material after Bouncy Castle's context is gone (RFC 8446 7.5, RFC 5705). Immutable until it is
 * destroyed.
 */
final class Exporter {
    private static final String DERIVED_LABEL = "exporter";

    private final TlsCrypto crypto;
    private final boolean is13;
    private final TlsSecret secret;
    private final int hashOrPrf;

    /** TLS 1.2: the client random followed by the server random. TLS 1.3: empty. */
    private final byte[] randoms;

    /**
     * Whether the exporter is bound to the handshake: always in TLS 1.3, and with extended_master_secret in TLS 1.2.
     * Without it an exporter must not be used (RFC 7627 5.4).
     */
    private final boolean bound;

    private Exporter(TlsCrypto crypto, SecurityParameters security, boolean is13) {
        this.crypto = crypto;
        this.is13 = is13;
        this.secret = crypto.adoptSecret(is13 ? security.getExporterMasterSecret() : security.getMasterSecret());
        this.hashOrPrf = is13 ? security.getPRFCryptoHashAlgorithm() : security.getPRFAlgorithm();
        this.bound = is13 || security.isExtendedMasterSecret();
        byte[] client = security.getClientRandom();
        byte[] server = security.getServerRandom();
        this.randoms = is13
                ? new byte[0]
                : ByteBuffer.allocate(client.length + server.length)
                        .put(client)
                        .put(server)
                        .array();
    }

    static Exporter of(TlsCrypto crypto, SecurityParameters security, boolean is13) {
        return new Exporter(crypto, security, is13);
    }

    byte[] export(String label, byte @Nullable [] context, int length) throws IOException {
        if (!bound) {
            throw new IOException("extended_master_secret was not negotiated, and TLS 1.2 must not export keying"
                    + " material without it (RFC 7627 5.4)");
        }
        if (is13) {
            byte[] empty = crypto.createHash(hashOrPrf).calculateHash();
            byte[] hash = empty;
            if (context != null && context.length > 0) {
                var digest = crypto.createHash(hashOrPrf);
                digest.update(context, 0, context.length);
                hash = digest.calculateHash();
            }
            TlsSecret derived = TlsCryptoUtils.hkdfExpandLabel(secret, hashOrPrf, label, empty, empty.length);
            return TlsCryptoUtils.hkdfExpandLabel(derived, hashOrPrf, DERIVED_LABEL, hash, length)
                    .extract();
        }
        ByteBuffer seed = ByteBuffer.allocate(randoms.length + (context == null ? 0 : 2 + context.length));
        seed.put(randoms);
        if (context != null) {
            seed.putShort((short) context.length).put(context);
        }
        return secret.deriveUsingPRF(hashOrPrf, label, seed.array(), length).extract();
    }

    void destroy() {
        secret.destroy();
    }
}
