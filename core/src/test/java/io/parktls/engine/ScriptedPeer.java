package io.parktls.engine;

import io.parktls.NamedGroup;
import io.parktls.SignatureScheme;
import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.TlsIdentity;
import io.parktls.TlsStatus;
import io.parktls.TlsVersion;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Hashtable;
import java.util.List;
import java.util.Vector;
import javax.net.ssl.SSLException;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.tls.AbstractTlsClient;
import org.bouncycastle.tls.AbstractTlsServer;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CertificateEntry;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.ClientCertificateType;
import org.bouncycastle.tls.DigitallySigned;
import org.bouncycastle.tls.NameType;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.ServerName;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.TlsAuthentication;
import org.bouncycastle.tls.TlsClientProtocol;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsExtensionsUtils;
import org.bouncycastle.tls.TlsProtocol;
import org.bouncycastle.tls.TlsServerCertificate;
import org.bouncycastle.tls.TlsServerProtocol;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.crypto.Tls13Verifier;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.TlsStreamVerifier;
import org.bouncycastle.tls.crypto.TlsVerifier;
import org.bouncycastle.tls.crypto.impl.bc.BcDefaultTlsCredentialedSigner;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCertificate;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;
import org.jspecify.annotations.Nullable;

/**
 * A peer whose requirements for certificates a test determines. It uses Bouncy Castle's protocol with Bouncy Castle's
 * own cryptography, also to verify the signature, and records the certificate and the scheme that the other end chose.
 */
@SuppressWarnings("JdkObsolete") // Bouncy Castle's API is older than List
final class ScriptedPeer {

    /**
     * The peer's requirements.
     *
     * @param schemes the codes of signature_algorithms, in order; null to send none
     * @param certificateSchemes the codes of signature_algorithms_cert; null to send none
     * @param serverName the server name; null to send none
     * @param groups the codes of supported_groups; null to send none
     * @param suites the cipher suites that a client offers
     * @param certificateTypes the certificate_types of a TLS 1.2 server
     */
    record Script(
            TlsVersion version,
            @Nullable List<Integer> schemes,
            @Nullable List<Integer> certificateSchemes,
            @Nullable String serverName,
            List<X500Principal> authorities,
            @Nullable List<Integer> groups,
            int[] suites,
            short[] certificateTypes) {
        static Script of(TlsVersion version, @Nullable List<Integer> schemes) {
            return new Script(
                    version,
                    schemes,
                    null,
                    null,
                    List.of(),
                    NamedGroup.all().stream()
                            .filter(group -> !group.isHybrid())
                            .map(NamedGroup::code)
                            .toList(),
                    new int[] {0x1301, 0xC02B, 0xC02F},
                    new short[] {ClientCertificateType.rsa_sign, ClientCertificateType.ecdsa_sign});
        }

        Script suites(int... codes) {
            return new Script(
                    version, schemes, certificateSchemes, serverName, authorities, groups, codes, certificateTypes);
        }

        Script types(int... types) {
            short[] codes = new short[types.length];
            for (int i = 0; i < types.length; i++) {
                codes[i] = (short) types[i];
            }
            return new Script(version, schemes, certificateSchemes, serverName, authorities, groups, suites, codes);
        }

        Script groups(@Nullable List<Integer> codes) {
            return new Script(
                    version, schemes, certificateSchemes, serverName, authorities, codes, suites, certificateTypes);
        }

        Script authorities(X500Principal... names) {
            return new Script(
                    version, schemes, certificateSchemes, serverName, List.of(names), groups, suites, certificateTypes);
        }

        Script name(String name) {
            return new Script(
                    version, schemes, certificateSchemes, name, authorities, groups, suites, certificateTypes);
        }

        Script certificateSchemes(List<Integer> codes) {
            return new Script(version, schemes, codes, serverName, authorities, groups, suites, certificateTypes);
        }
    }

    /**
     * The encoding of the other end's certificate, null if it sent none, and the code of the scheme of its signature, 0
     * if it did not sign.
     */
    private byte @Nullable [] certificate;

    private int scheme;

    /** Whether the other end sent a handshake message. */
    private boolean handshakeSeen;

    private final Script script;
    private final TlsProtocol protocol;
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();

    private ScriptedPeer(Script script, TlsProtocol protocol) {
        this.script = script;
        this.protocol = protocol;
    }

    byte @Nullable [] certificate() {
        return certificate;
    }

    @Nullable
    SignatureScheme scheme() {
        return SignatureScheme.of(scheme).orElse(null);
    }

    boolean isHandshakeSeen() {
        return handshakeSeen;
    }

    /** Returns a client. */
    static ScriptedPeer client(Script script) {
        TlsClientProtocol protocol = new TlsClientProtocol();
        ScriptedPeer peer = new ScriptedPeer(script, protocol);
        try {
            protocol.connect(peer.new Client(peer.crypto()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return peer;
    }

    /** Returns a server. */
    static ScriptedPeer server(Script script) {
        TlsServerProtocol protocol = new TlsServerProtocol();
        ScriptedPeer peer = new ScriptedPeer(script, protocol);
        try {
            protocol.accept(peer.new Server(peer.crypto()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return peer;
    }

    /**
     * Handshakes with the other end.
     *
     * @throws SSLException the exception that the other end throws
     */
    void handshake(EngineEnd other) throws SSLException {
        boolean done = false;
        for (int turn = 0; turn < 100; turn++) {
            take(other);
            try {
                done |= other.handshake() == TlsStatus.OK;
            } finally {
                collect(other);
            }
            hand();
            if (done && protocol.isConnected()) {
                return;
            }
        }
        throw new AssertionError("the handshake does not end");
    }

    private void take(EngineEnd other) {
        int available = protocol.getAvailableOutputBytes();
        if (available > 0) {
            byte[] bytes = new byte[available];
            protocol.readOutput(bytes, 0, available);
            other.receive(bytes);
        }
    }

    private void collect(EngineEnd other) throws SSLException {
        received.writeBytes(other.drain());
        while (other.engine().hasReply()) {
            other.engine().reply(other.out());
            received.writeBytes(other.drain());
        }
        byte[] bytes = received.toByteArray();
        handshakeSeen |= bytes.length > 0 && bytes[0] == TlsEngineContract.HANDSHAKE;
    }

    private void hand() {
        byte[] bytes = received.toByteArray();
        received.reset();
        if (bytes.length > 0 && !protocol.isClosed()) {
            try {
                protocol.offerInput(bytes);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private BcTlsCrypto crypto() {
        return new BcTlsCrypto(new SecureRandom()) {
            @Override
            public TlsCertificate createCertificate(short type, byte[] encoding) throws IOException {
                return new Watched(this, encoding);
            }

            @Override
            public TlsCertificate createCertificate(byte[] encoding) throws IOException {
                return new Watched(this, encoding);
            }
        };
    }

    /** Records the scheme of the signature that is verified with this certificate. */
    private final class Watched extends BcTlsCertificate {
        Watched(BcTlsCrypto crypto, byte[] encoding) throws IOException {
            super(crypto, encoding);
        }

        @Override
        public Tls13Verifier createVerifier(int signatureScheme) throws IOException {
            scheme = signatureScheme;
            return super.createVerifier(signatureScheme);
        }

        @Override
        public TlsVerifier createVerifier(short signatureAlgorithm) throws IOException {
            TlsVerifier verifier = super.createVerifier(signatureAlgorithm);
            return new TlsVerifier() {
                @Override
                public TlsStreamVerifier getStreamVerifier(DigitallySigned signed) throws IOException {
                    note(signed);
                    return verifier.getStreamVerifier(signed);
                }

                @Override
                public boolean verifyRawSignature(DigitallySigned signed, byte[] hash) throws IOException {
                    note(signed);
                    return verifier.verifyRawSignature(signed, hash);
                }
            };
        }

        private void note(DigitallySigned signed) {
            scheme = org.bouncycastle.tls.SignatureScheme.from(signed.getAlgorithm());
        }
    }

    private static Vector<SignatureAndHashAlgorithm> algorithms(List<Integer> codes) {
        Vector<SignatureAndHashAlgorithm> algorithms = new Vector<>();
        for (int code : codes) {
            algorithms.add(org.bouncycastle.tls.SignatureScheme.getSignatureAndHashAlgorithm(code));
        }
        return algorithms;
    }

    private Vector<X500Name> names() {
        Vector<X500Name> names = new Vector<>();
        for (X500Principal authority : script.authorities()) {
            names.add(X500Name.getInstance(authority.getEncoded()));
        }
        return names;
    }

    private ProtocolVersion[] versions() {
        return new ProtocolVersion[] {
            script.version() == TlsVersion.TLS_1_3 ? ProtocolVersion.TLSv13 : ProtocolVersion.TLSv12
        };
    }

    private int[] suites() {
        boolean is13 = script.version() == TlsVersion.TLS_1_3;
        return Arrays.stream(script.suites())
                .filter(suite -> is13 == (suite >>> 8 == 0x13))
                .toArray();
    }

    private final class Client extends AbstractTlsClient {
        Client(BcTlsCrypto crypto) {
            super(crypto);
        }

        @Override
        protected ProtocolVersion[] getSupportedVersions() {
            return versions();
        }

        @Override
        protected int[] getSupportedCipherSuites() {
            return suites();
        }

        @Override
        @SuppressWarnings("rawtypes")
        protected Vector<Integer> getSupportedGroups(Vector roles) {
            List<Integer> groups = script.groups();
            return new Vector<>(groups == null ? List.of(NamedGroup.SECP256R1.code()) : groups);
        }

        @Override
        protected Vector<SignatureAndHashAlgorithm> getSupportedSignatureAlgorithms() {
            List<Integer> schemes = script.schemes();
            return algorithms(schemes == null ? List.of(0x0401) : schemes);
        }

        @Override
        protected @Nullable Vector<SignatureAndHashAlgorithm> getSupportedSignatureAlgorithmsCert() {
            List<Integer> schemes = script.certificateSchemes();
            return schemes == null ? null : algorithms(schemes);
        }

        @Override
        protected @Nullable Vector<X500Name> getCertificateAuthorities() {
            return script.authorities().isEmpty() ? null : names();
        }

        @Override
        protected @Nullable Vector<ServerName> getSNIServerNames() {
            String name = script.serverName();
            return name == null
                    ? null
                    : new Vector<>(
                            List.of(new ServerName(NameType.host_name, name.getBytes(StandardCharsets.US_ASCII))));
        }

        @Override
        @SuppressWarnings({"rawtypes", "unchecked"})
        public Hashtable getClientExtensions() throws IOException {
            Hashtable extensions = super.getClientExtensions();
            if (script.schemes() == null) {
                extensions.remove(TlsExtensionsUtils.EXT_signature_algorithms);
            }
            if (script.groups() == null) {
                extensions.remove(TlsExtensionsUtils.EXT_supported_groups);
            }
            return extensions;
        }

        @Override
        public TlsAuthentication getAuthentication() {
            return new TlsAuthentication() {
                @Override
                public void notifyServerCertificate(TlsServerCertificate sent) throws IOException {
                    certificate = sent.getCertificate().getCertificateAt(0).getEncoded();
                }

                @Override
                public @Nullable TlsCredentials getClientCredentials(CertificateRequest request) {
                    return null;
                }
            };
        }
    }

    private final class Server extends AbstractTlsServer {
        Server(BcTlsCrypto crypto) {
            super(crypto);
        }

        @Override
        protected ProtocolVersion[] getSupportedVersions() {
            return versions();
        }

        @Override
        protected int[] getSupportedCipherSuites() {
            return suites();
        }

        @Override
        public TlsCredentials getCredentials() throws IOException {
            TlsIdentity identity = TestPki.server(KeyKind.ECDSA_P256);
            BcTlsCrypto crypto = (BcTlsCrypto) getCrypto();
            TlsCertificate leaf =
                    new BcTlsCertificate(crypto, encoded(identity.chain().getFirst()));
            Certificate chain = script.version() == TlsVersion.TLS_1_3
                    ? new Certificate(TlsUtils.EMPTY_BYTES, new CertificateEntry[] {new CertificateEntry(leaf, null)})
                    : new Certificate(new TlsCertificate[] {leaf});
            AsymmetricKeyParameter key =
                    PrivateKeyFactory.createKey(identity.privateKey().getEncoded());
            return new BcDefaultTlsCredentialedSigner(
                    new TlsCryptoParameters(context),
                    crypto,
                    key,
                    chain,
                    org.bouncycastle.tls.SignatureScheme.getSignatureAndHashAlgorithm(0x0403));
        }

        @Override
        public CertificateRequest getCertificateRequest() throws IOException {
            List<Integer> schemes = script.schemes();
            Vector<SignatureAndHashAlgorithm> algorithms = algorithms(schemes == null ? List.of() : schemes);
            if (script.version() == TlsVersion.TLS_1_3) {
                List<Integer> ofCertificates = script.certificateSchemes();
                return new CertificateRequest(
                        TlsUtils.EMPTY_BYTES,
                        algorithms,
                        ofCertificates == null ? null : algorithms(ofCertificates),
                        script.authorities().isEmpty() ? null : names());
            }
            return new CertificateRequest(script.certificateTypes(), algorithms, names());
        }

        @Override
        public void notifyClientCertificate(Certificate sent) throws IOException {
            certificate = sent.isEmpty() ? null : sent.getCertificateAt(0).getEncoded();
        }
    }

    private static byte[] encoded(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (java.security.cert.CertificateEncodingException e) {
            throw new AssertionError(e);
        }
    }
}
