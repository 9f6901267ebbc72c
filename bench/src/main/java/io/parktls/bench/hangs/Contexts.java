package io.parktls.bench.hangs;

import io.parktls.TlsContext;
import io.parktls.TlsIdentity;
import io.parktls.TlsLimits;
import io.parktls.TlsTrust;
import io.parktls.TlsVersion;
import io.parktls.bench.server.ServerKey;
import java.io.IOException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;

/**
 * The contexts of both stacks for one identity of a server, which the clients trust. TLS 1.3 with the defaults of each
 * stack.
 *
 * @param parkTls for clients and servers
 */
record Contexts(TlsContext parkTls, SSLContext jdkServer, SSLContext jdkClient) {
    /** The host name that clients verify. */
    static final String HOST = "localhost";

    /**
     * The binary logarithm of the number of bytes in each direction after which the keys are updated. The JDK reads it
     * from a security property.
     */
    static final int BYTES_PER_KEY_BITS = 22;

    static Contexts of(String certifiedHost) throws IOException {
        TlsIdentity identity = TlsIdentity.selfSigned(certifiedHost);
        X509Certificate certificate = identity.chain().getFirst();
        TlsContext parkTls = TlsContext.builder()
                .protocols(TlsVersion.TLS_1_3)
                .identity(identity)
                .trust(TlsTrust.only(certificate))
                .limits(TlsLimits.DEFAULT.withRecordsPerKey((1L << BYTES_PER_KEY_BITS) / TlsLimits.RECORD_DATA))
                .build();
        ServerKey key = new ServerKey(identity.privateKey(), certificate);
        return new Contexts(parkTls, key.serverContext(), key.clientContext());
    }
}
