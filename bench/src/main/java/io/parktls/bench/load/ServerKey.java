package io.parktls.bench.load;

import io.parktls.TlsIdentity;
import io.parktls.bench.jmh.stack.Pki;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** The key that all servers have, an ECDSA one. It gets to their JVMs as two lines of text. */
record ServerKey(PrivateKey key, X509Certificate certificate) {
    private static final char[] PASSWORD = "in memory".toCharArray();

    /** What {@link #parse} reads. */
    static String[] lines(Pki pki) throws IOException {
        try {
            Base64.Encoder base64 = Base64.getEncoder();
            return new String[] {
                base64.encodeToString(pki.key().getEncoded()),
                base64.encodeToString(pki.leaf().getEncoded())
            };
        } catch (GeneralSecurityException e) {
            throw new IOException("a certificate without encoding", e);
        }
    }

    static ServerKey parse(String key, String certificate) throws IOException {
        Base64.Decoder base64 = Base64.getDecoder();
        try {
            return new ServerKey(
                    KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(base64.decode(key))),
                    (X509Certificate) CertificateFactory.getInstance("X.509")
                            .generateCertificate(new ByteArrayInputStream(base64.decode(certificate))));
        } catch (GeneralSecurityException e) {
            throw new IOException("no key, or no certificate", e);
        }
    }

    TlsIdentity identity() {
        return TlsIdentity.of(key, certificate);
    }

    /** For servers over JSSE: the default key manager of the JDK, which has the key at hand. */
    SSLContext context() throws IOException {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("server", key, PASSWORD, new Certificate[] {certificate});
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, PASSWORD);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("the JDK cannot use the key", e);
        }
    }
}
