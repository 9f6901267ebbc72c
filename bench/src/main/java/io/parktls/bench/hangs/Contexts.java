package io.parktls.bench.hangs;

import io.parktls.TlsContext;
import io.parktls.TlsIdentity;
import io.parktls.TlsLimits;
import io.parktls.TlsTrust;
import io.parktls.TlsVersion;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * The contexts of both stacks for one identity of a server, which the clients trust. TLS 1.3 with the defaults of each stack.
 *
 * @param parkTls for clients and servers
 * @param jdk for clients and servers
 */
record Contexts(TlsContext parkTls, SSLContext jdk) {
    /** The host name that clients verify. */
    static final String HOST = "localhost";

    /**
     * The binary logarithm of the number of bytes in each direction after which the keys are updated. The JDK reads it from a
     * security property.
     */
    static final int BYTES_PER_KEY_BITS = 22;

    static Contexts of(String certifiedHost) throws GeneralSecurityException, IOException {
        TlsIdentity identity = TlsIdentity.selfSigned(certifiedHost);
        X509Certificate certificate = identity.chain().getFirst();
        TlsContext parkTls = TlsContext.builder()
                .protocols(TlsVersion.TLS_1_3)
                .identity(identity)
                .trust(TlsTrust.only(certificate))
                .limits(TlsLimits.DEFAULT.withRecordsPerKey((1L << BYTES_PER_KEY_BITS) / TlsLimits.RECORD_DATA))
                .build();
        return new Contexts(parkTls, jdk(identity, certificate));
    }

    private static SSLContext jdk(TlsIdentity identity, X509Certificate certificate)
            throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        char[] password = new char[0];
        store.setKeyEntry("identity", identity.privateKey(), password, new X509Certificate[] {certificate});
        store.setCertificateEntry("trusted", certificate);
        KeyManagerFactory keyManagers = KeyManagerFactory.getInstance("PKIX");
        keyManagers.init(store, password);
        TrustManagerFactory trustManagers = TrustManagerFactory.getInstance("PKIX");
        trustManagers.init(store);
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(keyManagers.getKeyManagers(), trustManagers.getTrustManagers(), null);
        return context;
    }
}
