package io.parktls.engine.bouncycastle;

import io.parktls.SignatureScheme;
import io.parktls.jca.JdkSignatureScheme;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Vector;
import java.util.function.Supplier;
import org.bouncycastle.tls.AbstractTlsClient;
import org.bouncycastle.tls.AbstractTlsServer;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CertificateEntry;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.CertificateStatusRequest;
import org.bouncycastle.tls.ClientCertificateType;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.SecurityParameters;
import org.bouncycastle.tls.TlsAuthentication;
import org.bouncycastle.tls.TlsClientProtocol;
import org.bouncycastle.tls.TlsCredentialedSigner;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsProtocol;
import org.bouncycastle.tls.TlsServerCertificate;
import org.bouncycastle.tls.TlsServerProtocol;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.bouncycastle.tls.crypto.TlsCrypto;

/** A client and a server of Bouncy Castle's protocol that handshake in memory, in one thread. */
final class MemoryHandshake {
    private final Client client;
    private final Server server;
    private final TlsClientProtocol clientProtocol = new TlsClientProtocol();
    private final TlsServerProtocol serverProtocol = new TlsServerProtocol();
    private final byte[] transfer = new byte[2048];

    private MemoryHandshake(Client client, Server server) {
        this.client = client;
        this.server = server;
    }

    /**
     * The parameters that both sides negotiate.
     *
     * @param export whether they export keying material, which is possible only when the handshake completes
     */
    record Parameters(
            ProtocolVersion version,
            int cipherSuite,
            int group,
            SignatureScheme scheme,
            TlsCredentialedSigner serverCredentials,
            TlsCredentialedSigner clientCredentials,
            boolean export) {}

    static MemoryHandshake of(Parameters parameters, Supplier<TlsCrypto> cryptos) {
        return new MemoryHandshake(new Client(cryptos.get(), parameters), new Server(cryptos.get(), parameters));
    }

    /** Returns credentials as the engine prepares them. */
    static TlsCredentialedSigner credentials(
            TestIdentity identity, SignatureScheme scheme, ProtocolVersion version, Supplier<SecureRandom> randoms) {
        try {
            TlsCertificate[] chain = {new X509TlsCertificate(identity.certificate())};
            Certificate certificate = TlsUtils.isTLSv13(version)
                    ? new Certificate(
                            TlsUtils.EMPTY_BYTES, new CertificateEntry[] {new CertificateEntry(chain[0], null)})
                    : new Certificate(chain);
            return new JdkCredentials(
                    new JdkSigner(
                            identity.privateKey(),
                            JdkSignatureScheme.of(scheme.code()),
                            randoms,
                            PreferredProviders.NONE),
                    certificate,
                    new ForeignCalls());
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    MemoryHandshake run() throws IOException {
        clientProtocol.connect(client);
        serverProtocol.accept(server);
        boolean moved;
        do {
            moved = move(clientProtocol, serverProtocol);
            moved |= move(serverProtocol, clientProtocol);
        } while (moved);
        if (!clientProtocol.isConnected() || !serverProtocol.isConnected()) {
            throw new IOException("the handshake stopped");
        }
        return this;
    }

    TlsClientProtocol clientProtocol() {
        return clientProtocol;
    }

    TlsServerProtocol serverProtocol() {
        return serverProtocol;
    }

    SecurityParameters clientParameters() {
        return client.negotiated();
    }

    SecurityParameters serverParameters() {
        return server.negotiated();
    }

    byte[] clientKeyingMaterial() {
        return client.keyingMaterial;
    }

    byte[] serverKeyingMaterial() {
        return server.keyingMaterial;
    }

    boolean move(TlsProtocol from, TlsProtocol to) throws IOException {
        boolean moved = false;
        for (int length; (length = Math.min(from.getAvailableOutputBytes(), transfer.length)) > 0; moved = true) {
            from.readOutput(transfer, 0, length);
            to.offerInput(transfer, 0, length);
        }
        return moved;
    }

    private static final class Client extends AbstractTlsClient {
        private final Parameters parameters;
        private byte[] keyingMaterial;

        Client(TlsCrypto crypto, Parameters parameters) {
            super(crypto);
            this.parameters = parameters;
        }

        @Override
        protected ProtocolVersion[] getSupportedVersions() {
            return new ProtocolVersion[] {parameters.version()};
        }

        @Override
        protected int[] getSupportedCipherSuites() {
            return TlsUtils.getSupportedCipherSuites(getCrypto(), new int[] {parameters.cipherSuite()});
        }

        @Override
        @SuppressWarnings({"rawtypes", "unchecked"})
        protected Vector getSupportedGroups(Vector roles) {
            Vector groups = new Vector();
            TlsUtils.addIfSupported(groups, getCrypto(), parameters.group());
            return groups;
        }

        @Override
        @SuppressWarnings({"rawtypes", "unchecked"})
        protected Vector getSupportedSignatureAlgorithms() {
            return signatureAlgorithms(getCrypto(), parameters);
        }

        @Override
        protected CertificateStatusRequest getCertificateStatusRequest() {
            return null;
        }

        @Override
        public TlsAuthentication getAuthentication() {
            return new TlsAuthentication() {
                @Override
                public void notifyServerCertificate(TlsServerCertificate certificate) {}

                @Override
                public TlsCredentials getClientCredentials(CertificateRequest request) {
                    return parameters.clientCredentials();
                }
            };
        }

        SecurityParameters negotiated() {
            return context.getSecurityParametersConnection();
        }

        @Override
        public void notifyHandshakeComplete() throws IOException {
            super.notifyHandshakeComplete();
            if (parameters.export()) {
                keyingMaterial = context.exportKeyingMaterial("EXPORTER-test", new byte[] {1, 2, 3}, 42);
            }
        }
    }

    private static final class Server extends AbstractTlsServer {
        private final Parameters parameters;
        private byte[] keyingMaterial;

        Server(TlsCrypto crypto, Parameters parameters) {
            super(crypto);
            this.parameters = parameters;
        }

        @Override
        protected ProtocolVersion[] getSupportedVersions() {
            return new ProtocolVersion[] {parameters.version()};
        }

        @Override
        protected int[] getSupportedCipherSuites() {
            return TlsUtils.getSupportedCipherSuites(getCrypto(), new int[] {parameters.cipherSuite()});
        }

        @Override
        public int[] getSupportedGroups() {
            return new int[] {parameters.group()};
        }

        @Override
        public TlsCredentials getCredentials() {
            return parameters.serverCredentials();
        }

        @Override
        public CertificateRequest getCertificateRequest() throws IOException {
            if (parameters.clientCredentials() == null) {
                return null;
            }
            Vector<?> algorithms = signatureAlgorithms(getCrypto(), parameters);
            return TlsUtils.isTLSv13(context)
                    ? new CertificateRequest(TlsUtils.EMPTY_BYTES, algorithms, null, null)
                    : new CertificateRequest(
                            new short[] {ClientCertificateType.ecdsa_sign, ClientCertificateType.rsa_sign},
                            algorithms,
                            null);
        }

        @Override
        public void notifyClientCertificate(Certificate clientCertificate) throws IOException {
            if (clientCertificate.isEmpty()) {
                throw new IOException("no client certificate");
            }
        }

        SecurityParameters negotiated() {
            return context.getSecurityParametersConnection();
        }

        @Override
        public void notifyHandshakeComplete() throws IOException {
            super.notifyHandshakeComplete();
            if (parameters.export()) {
                keyingMaterial = context.exportKeyingMaterial("EXPORTER-test", new byte[] {1, 2, 3}, 42);
            }
        }
    }

    private static Vector<Object> signatureAlgorithms(TlsCrypto crypto, Parameters parameters) {
        Vector<Object> algorithms = new Vector<>();
        TlsUtils.addIfSupported(
                algorithms,
                crypto,
                org.bouncycastle.tls.SignatureScheme.getSignatureAndHashAlgorithm(
                        parameters.scheme().code()));
        return algorithms;
    }
}
