package io.parktls.engine.bouncycastle;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.bouncycastle.tls.SecurityParameters;
import org.bouncycastle.tls.crypto.TlsCrypto;
import org.bouncycastle.tls.crypto.TlsCryptoUtils;
import org.bouncycastle.tls.crypto.TlsSecret;
import org.jspecify.annotations.Nullable;

/** Exports keying material when Bouncy Castle's context is gone (RFC 8446 7.5, RFC 5705). Immutable but for its end. */
final class Exporter {
    private static final String DERIVED_LABEL = "exporter";

    private final TlsCrypto crypto;
    private final boolean is13;
    private final TlsSecret secret;
    private final int hashOrPrf;

    /** TLS 1.2: client random, server random. */
    private final byte[] randoms;

    /** Whether TLS 1.2 negotiated extended_master_secret, without which an exporter proves nothing (RFC 7627 5.4). */
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
            throw new IOException("no exporter without extended_master_secret (RFC 7627 5.4)");
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
