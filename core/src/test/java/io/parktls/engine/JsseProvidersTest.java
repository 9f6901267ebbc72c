package io.parktls.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.parktls.ClientAuth;
import io.parktls.TestContexts;
import io.parktls.TestPki;
import io.parktls.TlsContext;
import io.parktls.TlsIdentity;
import io.parktls.TlsStatus;
import io.parktls.TlsTrust;
import io.parktls.TlsVersion;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Security;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.net.ssl.SSLException;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.jsse.provider.BouncyCastleJsseProvider;
import org.conscrypt.Conscrypt;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests the JSSE engine with several providers and every type of key, as a server and as a client. The peer is the
 * default engine, or another engine of the same provider.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class JsseProvidersTest {
    private static final List<String> TYPES = List.of("p256", "p384", "p521", "ed25519", "ed448", "rsa", "pss");
    private static final Provider BOUNCY_CASTLE = new BouncyCastleProvider();

    /** A strong reference, because JUL holds loggers weakly and would lose their settings. */
    private static final Logger BCJSSE_LOG = Logger.getLogger("org.bouncycastle.jsse");

    enum JsseProvider {
        SUN_JSSE(() -> Security.getProvider("SunJSSE")),
        BCJSSE(() -> new BouncyCastleJsseProvider(BOUNCY_CASTLE)),
        CONSCRYPT(Conscrypt::newProvider);

        @SuppressWarnings("ImmutableEnumChecker")
        private final Supplier<Provider> maker;

        JsseProvider(Supplier<Provider> maker) {
            this.maker = maker;
        }

        TlsEngineProvider engine() {
            return TlsEngineProvider.jsse(maker.get());
        }
    }

    /**
     * A combination to test.
     *
     * @param foreignKey whether the key and the certificate are objects of Bouncy Castle's provider instead of the
     *     JDK's
     */
    record Row(JsseProvider provider, TlsVersion version, String type, boolean foreignKey) {}

    static List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        for (JsseProvider provider : JsseProvider.values()) {
            for (TlsVersion version : TlsVersion.values()) {
                for (String type : TYPES) {
                    rows.add(new Row(provider, version, type, false));
                    rows.add(new Row(provider, version, type, true));
                }
            }
        }
        return rows;
    }

    @BeforeAll
    static void quiet() {
        BCJSSE_LOG.setLevel(Level.OFF);
    }

    @ParameterizedTest
    @MethodSource("rows")
    void serverOfTheProvider(Row row) throws Exception {
        requireSupported(row);
        assertAuthenticates(
                row, TlsEngineProvider.bouncyCastle(), row.provider().engine(), false);
    }

    @ParameterizedTest
    @MethodSource("rows")
    void clientOfTheProvider(Row row) throws Exception {
        requireSupported(row);
        assertAuthenticates(row, row.provider().engine(), TlsEngineProvider.bouncyCastle(), true);
    }

    @ParameterizedTest
    @MethodSource("rows")
    void bothOfTheProvider(Row row) throws Exception {
        requireSupported(row);
        assumeFalse(
                row.provider() == JsseProvider.CONSCRYPT && row.type().equals("p521"),
                "BoringSSL does not verify ECDSA on P-521 in TLS 1.3 unless configured to");
        assertAuthenticates(row, row.provider().engine(), row.provider().engine(), true);
    }

    /** Skips combinations that a provider does not support. */
    private static void requireSupported(Row row) {
        if (row.provider() == JsseProvider.CONSCRYPT) {
            String system = System.getProperty("os.name") + " " + System.getProperty("os.arch");
            assumeTrue(system.equals("Linux amd64"), "Conscrypt's native library is for other systems");
            assumeFalse(
                    row.type().startsWith("ed") || row.type().equals("pss"),
                    "Conscrypt supports only the key types EC and RSA");
        }
    }

    private static void assertAuthenticates(
            Row row, TlsEngineProvider client, TlsEngineProvider server, boolean ofClient) throws Exception {
        TlsIdentity own = row.foreignKey() ? foreign(ChoiceIdentities.of(row.type())) : ChoiceIdentities.of(row.type());
        // An identity of another type, which must be skipped when the other end queries types one by one.
        TlsIdentity plain = ChoiceIdentities.of("p256");
        TlsTrust trust = TestPki.trust(List.of(ChoiceIdentities.authority("A").certificate()));
        TlsContext.Builder clientContext =
                TlsContext.builder().engine(client).protocols(row.version()).trust(trust);
        TlsContext.Builder serverContext = TlsContext.builder()
                .engine(server)
                .protocols(row.version())
                .trust(trust)
                .identity(ofClient ? plain : own);
        if (ofClient) {
            clientContext.identity(own);
            serverContext.clientAuth(ClientAuth.REQUIRED);
        }
        EngineEnd clientEnd = EngineEnd.client(clientContext.build(), TestContexts.HOST);
        EngineEnd serverEnd = EngineEnd.server(serverContext.build());
        if (row.provider() == JsseProvider.CONSCRYPT && client != TlsEngineProvider.bouncyCastle()) {
            connectWithData(clientEnd, serverEnd);
        } else {
            EngineEnd.connect(clientEnd, serverEnd);
        }
        EngineEnd verifier = ofClient ? serverEnd : clientEnd;
        EngineEnd prover = ofClient ? clientEnd : serverEnd;
        assertEquals(
                ChoiceIdentities.of(row.type()).chain(),
                verifier.engine().session().peerCertificates());
        assertEquals(
                ChoiceIdentities.of(row.type()).chain(),
                prover.engine().session().localCertificates());
    }

    /** In TLS 1.3 Conscrypt's client holds its Certificate and its Finished back until it sends application data. */
    private static void connectWithData(EngineEnd client, EngineEnd server) throws SSLException {
        boolean written = false;
        for (int turn = 0; turn < 20; turn++) {
            boolean clientDone = client.handshake() == TlsStatus.OK;
            if (clientDone && !written) {
                client.write(new byte[] {1});
                written = true;
            }
            server.receiveFrom(client);
            if (server.handshake() == TlsStatus.OK && clientDone) {
                return;
            }
            client.receiveFrom(server);
        }
        throw new AssertionError("the handshake does not end");
    }

    /** Returns the same identity with the objects that a key store of Bouncy Castle's provider would return. */
    private static TlsIdentity foreign(TlsIdentity identity) throws GeneralSecurityException, IOException {
        PrivateKey key = BouncyCastleProvider.getPrivateKey(
                PrivateKeyInfo.getInstance(identity.privateKey().getEncoded()));
        List<X509Certificate> chain = new ArrayList<>();
        for (X509Certificate certificate : identity.chain()) {
            chain.add((X509Certificate) CertificateFactory.getInstance("X.509", BOUNCY_CASTLE)
                    .generateCertificate(new ByteArrayInputStream(certificate.getEncoded())));
        }
        return TlsIdentity.of(key, chain.toArray(X509Certificate[]::new));
    }
}
