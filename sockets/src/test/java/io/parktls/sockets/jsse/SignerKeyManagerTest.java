package io.parktls.sockets.jsse;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.parktls.ConnectionPair;
import io.parktls.LocalSigner;
import io.parktls.SignatureScheme;
import io.parktls.TestContexts;
import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.TlsContext;
import io.parktls.TlsIdentity;
import io.parktls.TlsVersion;
import io.parktls.bio.Bio;
import io.parktls.engine.TlsEngineProvider;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests that a JSSE key manager may return the key of a {@link io.parktls.TlsSigner}. */
final class SignerKeyManagerTest {
    @ParameterizedTest
    @EnumSource
    void theSignerSigns(TlsVersion version) throws Exception {
        TlsIdentity local = TestPki.server(KeyKind.ECDSA_P256);
        LocalSigner signer = new LocalSigner(local.privateKey());
        SSLContext context = SSLContext.getInstance("TLS", new ParkTlsProvider());
        context.init(new KeyManager[] {new OneKey(LocalSigner.identity(local, signer))}, null, null);
        ConnectionPair pair = new ConnectionPair(
                        TestContexts.client(TlsEngineProvider.bouncyCastle(), version)
                                .build(),
                        TlsContext.builder()
                                .engine(TlsEngineProvider.jsse(context))
                                .build(),
                        Bio.pair(1 << 16))
                .handshake();
        assertEquals(local.chain(), pair.client().session().peerCertificates());
        assertEquals(List.of(SignatureScheme.ECDSA_SECP256R1_SHA256), signer.asked());
    }

    /** A key manager with one identity. */
    private static final class OneKey extends X509ExtendedKeyManager {
        private final TlsIdentity identity;

        OneKey(TlsIdentity identity) {
            this.identity = identity;
        }

        @Override
        public String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
            return keyType.startsWith("EC") ? "own" : null;
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return identity.chain().toArray(X509Certificate[]::new);
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return identity.privateKey();
        }

        @Override
        public String[] getClientAliases(String keyType, Principal[] issuers) {
            return new String[0];
        }

        @Override
        public String[] getServerAliases(String keyType, Principal[] issuers) {
            return new String[] {"own"};
        }

        @Override
        public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
            return null;
        }

        @Override
        public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
            return chooseEngineServerAlias(keyType, issuers, null);
        }
    }
}
