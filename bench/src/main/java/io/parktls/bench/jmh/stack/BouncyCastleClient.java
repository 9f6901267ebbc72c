package io.parktls.bench.jmh.stack;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Vector;
import javax.net.ssl.X509TrustManager;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.DefaultTlsClient;
import org.bouncycastle.tls.NameType;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.ServerName;
import org.bouncycastle.tls.TlsAuthentication;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsServerCertificate;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.bouncycastle.tls.crypto.TlsCrypto;
import org.jspecify.annotations.Nullable;

/** A client on Bouncy Castle's low-level API, which verifies certificate paths with the JDK's trust manager. */
final class BouncyCastleClient extends DefaultTlsClient implements TlsAuthentication {
    /** GeneralName's dNSName (RFC 5280 4.2.1.6). */
    private static final Integer DNS_NAME = 2;

    /** The authentication type for which the JDK requires a key that signs, whatever the key exchange. */
    private static final String AUTH_TYPE_SIGNATURE = "UNKNOWN";

    private final Terms terms;
    private final X509TrustManager trust;
    private final String host;

    BouncyCastleClient(TlsCrypto crypto, Terms terms, X509TrustManager trust, String host) {
        super(crypto);
        this.terms = terms;
        this.trust = trust;
        this.host = host;
    }

    @Override
    protected ProtocolVersion[] getSupportedVersions() {
        return ProtocolVersion.TLSv13.only();
    }

    @Override
    protected int[] getSupportedCipherSuites() {
        return TlsUtils.getSupportedCipherSuites(
                getCrypto(), new int[] {terms.suite().code()});
    }

    @Override
    @SuppressWarnings({"rawtypes", "JdkObsolete"}) // Bouncy Castle's types
    protected Vector getSupportedGroups(Vector namedGroupRoles) {
        return new Vector<>(List.of(terms.group().code()));
    }

    @Override
    @SuppressWarnings({"rawtypes", "JdkObsolete"}) // Bouncy Castle's types
    protected Vector getSNIServerNames() {
        return new Vector<>(List.of(new ServerName(NameType.host_name, host.getBytes(StandardCharsets.US_ASCII))));
    }

    @Override
    public TlsAuthentication getAuthentication() {
        return this;
    }

    @Override
    public @Nullable TlsCredentials getClientCredentials(CertificateRequest request) {
        return null;
    }

    @Override
    public void notifyServerCertificate(TlsServerCertificate server) throws IOException {
        try {
            TlsCertificate[] sent = server.getCertificate().getCertificateList();
            X509Certificate[] chain = new X509Certificate[sent.length];
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            for (int i = 0; i < chain.length; i++) {
                chain[i] =
                        (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(sent[i].getEncoded()));
            }
            trust.checkServerTrusted(chain, AUTH_TYPE_SIGNATURE);
            requireFor(host, chain[0]);
        } catch (CertificateException e) {
            throw new TlsFatalAlert(AlertDescription.bad_certificate, e);
        }
    }

    private static void requireFor(String host, X509Certificate leaf) throws CertificateException {
        Collection<List<?>> names = leaf.getSubjectAlternativeNames();
        if (names == null || !names.contains(List.of(DNS_NAME, host))) {
            throw new CertificateException("the certificate is not for " + host);
        }
    }
}
