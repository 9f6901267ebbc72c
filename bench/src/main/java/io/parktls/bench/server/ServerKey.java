package io.parktls.bench.server;

import io.parktls.TlsIdentity;
import io.parktls.bench.jmh.stack.Pki;
import io.parktls.bench.tool.ChildJvm;
import io.parktls.bench.tool.ParentJvm;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** The private key and the certificate of a server under test. They reach other JVMs as two lines of text. */
public record ServerKey(PrivateKey key, X509Certificate certificate) {
    private static final char[] PASSWORD = "in memory".toCharArray();

    public static ServerKey of(Pki pki) {
        return new ServerKey(pki.key(), pki.leaf());
    }

    /** Sends the lines that {@link #readFrom} reads. */
    public void writeTo(ChildJvm jvm) throws IOException {
        try {
            Base64.Encoder base64 = Base64.getEncoder();
            jvm.writeLine(base64.encodeToString(certificate.getEncoded()));
            jvm.writeLine(base64.encodeToString(key.getEncoded()));
        } catch (CertificateEncodingException e) {
            throw new IOException("cannot encode the certificate", e);
        }
    }

    /** Reads the lines that {@link #writeTo} has sent. */
    public static ServerKey readFrom(ParentJvm parent) throws IOException {
        Base64.Decoder base64 = Base64.getDecoder();
        try {
            X509Certificate certificate = (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(base64.decode(parent.readLine())));
            KeyFactory factory =
                    KeyFactory.getInstance(certificate.getPublicKey().getAlgorithm());
            return new ServerKey(
                    factory.generatePrivate(new PKCS8EncodedKeySpec(base64.decode(parent.readLine()))), certificate);
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot decode the key or its certificate", e);
        }
    }

    TlsIdentity identity() {
        return TlsIdentity.of(key, certificate);
    }

    /** A context for servers on JSSE, with the JDK's default key manager. */
    public SSLContext serverContext() throws IOException {
        try {
            KeyStore store = emptyStore();
            store.setKeyEntry("server", key, PASSWORD, new X509Certificate[] {certificate});
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, PASSWORD);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("the JDK cannot use the key", e);
        }
    }

    /** A context for clients on JSSE that trusts this certificate and nothing else. */
    public SSLContext clientContext() throws IOException {
        try {
            KeyStore trusted = emptyStore();
            trusted.setCertificateEntry("server", certificate);
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("the JDK cannot use the certificate", e);
        }
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }
}
