package io.parktls.bench.jmh.stack;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * The key and the certificate of a server, and the authority that its client trusts.
 *
 * @param key the server's private key
 * @param leaf the server's certificate, for {@link #HOST}
 * @param authority the authority that the client trusts; it has issued the leaf, except after {@link #trusting}
 */
public record Pki(PrivateKey key, X509Certificate leaf, X509Certificate authority) {
    /** The host name in the server's certificate. */
    public static final String HOST = "server.example.test";

    static final int PORT = 443;

    private static final char[] PASSWORD = "in memory".toCharArray();

    /** Generates an authority and a server. */
    public static Pki of(KeyKind kind) {
        try {
            KeyPair authority = keyPair(kind);
            KeyPair server = keyPair(kind);
            X500Name authorityName = new X500Name("CN=Benchmark CA");
            X500Name serverName = new X500Name("CN=" + HOST);
            JcaX509v3CertificateBuilder root = builder(authorityName, authorityName, authority, 1);
            root.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
            root.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign));
            JcaX509v3CertificateBuilder leaf = builder(authorityName, serverName, server, 2);
            leaf.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            leaf.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            leaf.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
            leaf.addExtension(
                    Extension.subjectAlternativeName,
                    false,
                    new GeneralNames(new GeneralName(GeneralName.dNSName, HOST)));
            return new Pki(server.getPrivate(), sign(leaf, kind, authority), sign(root, kind, authority));
        } catch (GeneralSecurityException | OperatorCreationException | CertIOException e) {
            throw new IllegalStateException("the JDK cannot create certificates with " + kind, e);
        }
    }

    /** The same server with a client that trusts another authority, and so has to reject it. */
    Pki trusting(X509Certificate other) {
        return new Pki(key, leaf, other);
    }

    /** The key managers of the server, for that algorithm and from that provider. */
    KeyManager[] keyManagers(String algorithm, Provider provider) throws GeneralSecurityException {
        KeyStore store = emptyStore();
        store.setKeyEntry("server", key, PASSWORD, new Certificate[] {leaf});
        KeyManagerFactory factory = KeyManagerFactory.getInstance(algorithm, provider);
        factory.init(store, PASSWORD);
        return factory.getKeyManagers();
    }

    /** The trust managers of the client, from that provider. */
    TrustManager[] trustManagers(Provider provider) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX", provider);
        factory.init(trustStore());
        return factory.getTrustManagers();
    }

    /** A key store with the trusted authority. */
    KeyStore trustStore() throws GeneralSecurityException {
        KeyStore store = emptyStore();
        store.setCertificateEntry("authority", authority);
        return store;
    }

    private static KeyStore emptyStore() throws GeneralSecurityException {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            return store;
        } catch (IOException e) {
            throw new IllegalStateException("cannot create an empty key store", e);
        }
    }

    private static KeyPair keyPair(KeyKind kind) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(kind.algorithm());
        generator.initialize(kind.bits());
        return generator.generateKeyPair();
    }

    private static JcaX509v3CertificateBuilder builder(X500Name issuer, X500Name subject, KeyPair pair, long serial) {
        Instant now = Instant.now();
        return new JcaX509v3CertificateBuilder(
                issuer,
                BigInteger.valueOf(serial),
                Date.from(now.minus(Duration.ofHours(1))),
                Date.from(now.plus(Duration.ofDays(2))),
                subject,
                pair.getPublic());
    }

    private static X509Certificate sign(JcaX509v3CertificateBuilder certificate, KeyKind kind, KeyPair authority)
            throws GeneralSecurityException, OperatorCreationException {
        return new JcaX509CertificateConverter()
                .getCertificate(certificate.build(
                        new JcaContentSignerBuilder(kind.certificateSignature()).build(authority.getPrivate())));
    }
}
