package io.parktls.sockets;

import io.parktls.TlsVersion;
import java.io.IOException;
import java.net.Socket;
import java.security.SecureRandom;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.DefaultTlsClient;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsAuthentication;
import org.bouncycastle.tls.TlsClientProtocol;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsServerCertificate;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;

/** A client that performs a valid handshake and then sends records that a regular client does not send. */
final class FloodingClient extends TlsClientProtocol {
    private FloodingClient(Socket socket) throws IOException {
        super(socket.getInputStream(), socket.getOutputStream());
    }

    static FloodingClient connect(Socket socket, TlsVersion version) throws IOException {
        FloodingClient client = new FloodingClient(socket);
        client.connect(new Credulous(version));
        return client;
    }

    void record(short type, byte[] content) throws IOException {
        safeWriteRecord(type, content, 0, content.length);
    }

    void warning(short description) throws IOException {
        raiseAlertWarning(description, null);
    }

    void keyUpdate() throws IOException {
        send13KeyUpdate(true);
    }

    private static final class Credulous extends DefaultTlsClient {
        private final TlsVersion version;

        Credulous(TlsVersion version) {
            super(new BcTlsCrypto(new SecureRandom()));
            this.version = version;
        }

        @Override
        protected ProtocolVersion[] getSupportedVersions() {
            return (version == TlsVersion.TLS_1_3 ? ProtocolVersion.TLSv13 : ProtocolVersion.TLSv12).only();
        }

        @Override
        public TlsAuthentication getAuthentication() {
            return new TlsAuthentication() {
                @Override
                public void notifyServerCertificate(TlsServerCertificate certificate) {}

                @Override
                public TlsCredentials getClientCredentials(CertificateRequest request) {
                    return null;
                }
            };
        }
    }
}
