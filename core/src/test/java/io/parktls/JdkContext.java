package io.parktls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** The JDK's own TLS implementation, used as a peer. */
public final class JdkContext {
    private JdkContext() {}

    /** Creates an {@code SSLContext} of the JDK that trusts the test authorities. */
    public static SSLContext of(@Nullable TlsIdentity identity) throws GeneralSecurityException, IOException {
        return identity == null ? of(List.of(), null) : of(identity.chain(), identity.privateKey());
    }

    /** Creates the same context with a key that need not match the certificate. */
    public static SSLContext of(List<X509Certificate> chain, @Nullable PrivateKey key)
            throws GeneralSecurityException, IOException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        keys.load(null, null);
        char[] password = "secret".toCharArray();
        if (key != null) {
            keys.setKeyEntry("identity", key, password, chain.toArray(X509Certificate[]::new));
        }
        KeyManagerFactory keyManagers = KeyManagerFactory.getInstance("PKIX");
        keyManagers.init(keys, password);
        TrustManagerFactory trustManagers = TrustManagerFactory.getInstance("PKIX");
        trustManagers.init(TestPki.keyStore(TestPki.authorities()));
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keyManagers.getKeyManagers(), trustManagers.getTrustManagers(), null);
        return context;
    }
}
