package io.parktls;

import io.parktls.TestPki.KeyKind;
import io.parktls.jca.JdkSignatureScheme;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** A signer that signs with a key of the JDK, as a remote service does, and records the schemes it is asked for. */
public final class LocalSigner implements TlsSigner {
    private final PrivateKey key;
    private final Set<SignatureScheme> schemes;
    private final List<SignatureScheme> asked = new CopyOnWriteArrayList<>();

    public LocalSigner(PrivateKey key) {
        this(key, EnumSet.allOf(SignatureScheme.class));
    }

    /** Creates a signer that names only the given schemes as its own. */
    public LocalSigner(PrivateKey key, Set<SignatureScheme> schemes) {
        this.key = key;
        this.schemes = schemes;
    }

    /** Returns an identity like another, whose key the signer has. */
    public static TlsIdentity identity(TlsIdentity local, TlsSigner signer) {
        return TlsIdentity.of(signer, local.chain().toArray(X509Certificate[]::new));
    }

    /** Returns an identity like another, with a signer of this class. */
    public static TlsIdentity identity(TlsIdentity local) {
        return identity(local, new LocalSigner(local.privateKey()));
    }

    /** Returns a valid identity for servers and clients with a given key. */
    public static TlsIdentity valid(KeyPair pair) {
        return TestPki.goodServer(KeyKind.ECDSA_P256)
                .keyPair(pair)
                .purposes(TestCertificate.SERVER_AUTH, TestCertificate.CLIENT_AUTH)
                .issuedBy(TestPki.authority(KeyKind.ECDSA_P256))
                .identity();
    }

    @Override
    public byte[] sign(SignatureScheme scheme, byte[] message) throws Exception {
        asked.add(scheme);
        return sign(key, scheme, message);
    }

    /** Signs with a key of the JDK. */
    public static byte[] sign(PrivateKey key, SignatureScheme scheme, byte[] message) throws Exception {
        JdkSignatureScheme jdk = JdkSignatureScheme.of(scheme);
        Signature signature = Signature.getInstance(jdk.algorithm());
        signature.initSign(key);
        if (jdk.parameters() != null) {
            signature.setParameter(jdk.parameters());
        }
        signature.update(message);
        return signature.sign();
    }

    @Override
    public Set<SignatureScheme> schemes() {
        return schemes;
    }

    /** Returns the schemes of all calls. */
    public List<SignatureScheme> asked() {
        return asked;
    }

    @Override
    public String toString() {
        return "LocalSigner with a secret of its own";
    }
}
