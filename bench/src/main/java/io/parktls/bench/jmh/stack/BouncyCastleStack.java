package io.parktls.bench.jmh.stack;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.Security;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CertificateEntry;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.SignatureScheme;
import org.bouncycastle.tls.TlsCredentialedSigner;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.bouncycastle.tls.crypto.TlsCrypto;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.impl.bc.BcDefaultTlsCredentialedSigner;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaDefaultTlsCredentialedSigner;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCrypto;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCryptoProvider;

/** Bouncy Castle's low-level API, non-blocking. */
final class BouncyCastleStack extends Stack {
    private final Terms terms;
    private final TlsCrypto crypto;
    private final X509TrustManager trust;
    private final Signer signer;
    private final Certificate chain;

    /** Creates a signer for a connection. */
    @FunctionalInterface
    private interface Signer {
        TlsCredentialedSigner of(TlsCryptoParameters context, Certificate chain, SignatureAndHashAlgorithm algorithm)
                throws IOException;
    }

    private BouncyCastleStack(Terms terms, Pki pki, TlsCrypto crypto, Signer signer)
            throws GeneralSecurityException, IOException {
        super(new Wire(false, Wire.LARGEST_RECORD), terms.suite());
        this.terms = terms;
        this.crypto = crypto;
        this.signer = signer;
        this.trust = trustManager(pki);
        TlsCertificate leaf = crypto.createCertificate(pki.leaf().getEncoded());
        this.chain = new Certificate(TlsUtils.EMPTY_BYTES, new CertificateEntry[] {new CertificateEntry(leaf, null)});
    }

    /** A stack with the lightweight cryptography. */
    static Stack lightweight(Terms terms, Pki pki) throws GeneralSecurityException, IOException {
        BcTlsCrypto crypto = new BcTlsCrypto(new SecureRandom());
        var key = PrivateKeyFactory.createKey(pki.key().getEncoded());
        return new BouncyCastleStack(
                terms,
                pki,
                crypto,
                (context, chain, algorithm) ->
                        new BcDefaultTlsCredentialedSigner(context, crypto, key, chain, algorithm));
    }

    /** A stack with the cryptography of the JDK's providers, and of Bouncy Castle's provider for what those lack. */
    static Stack jca(Terms terms, Pki pki) throws GeneralSecurityException, IOException {
        Security.addProvider(new BouncyCastleProvider());
        JcaTlsCrypto crypto = new JcaTlsCryptoProvider().create(new SecureRandom());
        return new BouncyCastleStack(
                terms,
                pki,
                crypto,
                (context, chain, algorithm) ->
                        new JcaDefaultTlsCredentialedSigner(context, crypto, pki.key(), chain, algorithm));
    }

    private static X509TrustManager trustManager(Pki pki) throws GeneralSecurityException {
        for (TrustManager manager : pki.trustManagers(Security.getProvider("SunJSSE"))) {
            if (manager instanceof X509TrustManager found) {
                return found;
            }
        }
        throw new GeneralSecurityException("no X509TrustManager");
    }

    @Override
    public Link connect(String host) throws IOException {
        return new BouncyCastleLink(
                new BouncyCastleClient(crypto, terms, trust, host),
                new BouncyCastleServer(crypto, terms, context -> {
                    SignatureAndHashAlgorithm algorithm = SignatureScheme.getSignatureAndHashAlgorithm(
                            terms.key().scheme().code());
                    return signer.of(context, chain, algorithm);
                }),
                wire());
    }
}
