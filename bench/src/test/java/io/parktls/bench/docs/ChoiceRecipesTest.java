package io.parktls.bench.docs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.Interest;
import io.parktls.TlsAlert;
import io.parktls.TlsChoice;
import io.parktls.TlsChooser;
import io.parktls.TlsConnection;
import io.parktls.TlsContext;
import io.parktls.TlsHandshakeException;
import io.parktls.TlsIdentity;
import io.parktls.TlsIdentityCache;
import io.parktls.TlsStatus;
import io.parktls.TlsTrust;
import io.parktls.bio.Bio;
import io.parktls.sockets.TlsServer;
import io.parktls.sockets.TlsSocket;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The recipes for choices by ClientHello, word for word as the documents show them, and that they work. */
@Timeout(120)
final class ChoiceRecipesTest {
    private static final String ACME_IDENTIFIER = "1.3.6.1.5.5.7.1.31";

    // ---- what the documents show

    /** RFC 8737: the digests are the SHA-256 of the key authorization of each host that is being validated. */
    static TlsContext withAcme(TlsContext server, Map<String, byte[]> digests) {
        TlsChooser chooser = hello -> {
            String host = hello.serverName();
            if (!hello.applicationProtocols().equals(List.of("acme-tls/1"))) {
                return TlsChoice.unchanged();
            }
            if (host == null || !digests.containsKey(host)) {
                return TlsChoice.refuse(TlsAlert.UNRECOGNIZED_NAME, "no challenge for this host");
            }
            TlsContext.Builder challenge = TlsContext.builder()
                    .applicationProtocols("acme-tls/1")
                    .identity(challengeIdentity(host, digests.get(host)));
            return TlsChoice.context(challenge.build());
        };
        return server.toBuilder().choose(chooser).build();
    }

    static TlsIdentity challengeIdentity(String host, byte[] digest) throws Exception {
        KeyPair pair = KeyPairGenerator.getInstance("EC").generateKeyPair();
        X500Name name = new X500Name("CN=ACME challenge");
        Date now = new Date();
        ContentSigner signer = new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate());
        GeneralNames hosts = new GeneralNames(new GeneralName(GeneralName.dNSName, host));
        ASN1ObjectIdentifier acmeIdentifier = new ASN1ObjectIdentifier("1.3.6.1.5.5.7.1.31");
        X509CertificateHolder certificate = new JcaX509v3CertificateBuilder(
                        name, BigInteger.ONE, now, now, name, pair.getPublic())
                .addExtension(Extension.subjectAlternativeName, false, hosts)
                .addExtension(acmeIdentifier, true, new DEROctetString(digest))
                .build(signer);
        return TlsIdentity.of(pair.getPrivate(), new JcaX509CertificateConverter().getCertificate(certificate));
    }

    static TlsContext manyHosts(Path certificates) {
        TlsIdentityCache.Loader loader = host -> {
            Path chain = certificates.resolve(host + ".pem");
            return Files.exists(chain)
                    ? Optional.of(TlsIdentity.pem(chain, certificates.resolve(host + ".key")))
                    : Optional.empty();
        };
        return TlsContext.builder()
                .choose(TlsIdentityCache.of(loader, 1_000, Duration.ofHours(1)))
                .build();
    }

    static boolean handshake(TlsConnection connection, Runnable wakeUp) throws IOException {
        TlsStatus status = connection.doHandshake();
        if (connection.waitingFor().orElse(null) == Interest.ANSWER) {
            connection.answer().thenRun(wakeUp); // runs in another thread: only wakes the event loop
        }
        return status == TlsStatus.OK;
    }

    // ---- that it works

    @Test
    void acmeServerSeesTheChallenge() throws Exception {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest("token.thumbprint".getBytes(UTF_8));
        TlsContext context = withAcme(TlsContext.server(Recipes.IDENTITY), Map.of("challenged.example", digest));
        // As RFC 8737 3 has it, the ACME server checks nothing but the contents of the certificate.
        TlsContext acme = TlsContext.builder()
                .trust(TlsTrust.insecure())
                .applicationProtocols("acme-tls/1")
                .build();
        try (TlsServer server = ServerRecipesTest.echoServer(context, Recipes.ANY_PORT)) {
            try (TlsSocket socket = connect(acme, server, "challenged.example")) {
                assertEquals("acme-tls/1", socket.session().applicationProtocol());
                X509Certificate certificate = socket.session().peerCertificate().orElseThrow();
                assertEquals(Set.of(ACME_IDENTIFIER), certificate.getCriticalExtensionOIDs());
                byte[] value = certificate.getExtensionValue(ACME_IDENTIFIER);
                assertArrayEquals(new DEROctetString(new DEROctetString(digest).getEncoded()).getEncoded(), value);
                assertEquals(
                        "[[2, challenged.example]]",
                        certificate.getSubjectAlternativeNames().toString());
            }
            TlsHandshakeException e =
                    assertThrows(TlsHandshakeException.class, () -> connect(acme, server, "other.example"));
            assertEquals(TlsAlert.UNRECOGNIZED_NAME, e.alert().orElseThrow());
            try (TlsSocket socket = connect(Recipes.clientFor(Recipes.IDENTITY), server, "localhost")) {
                assertEquals(Recipes.IDENTITY.chain(), socket.session().peerCertificates());
            }
        }
    }

    private static TlsSocket connect(TlsContext context, TlsServer server, String host) throws IOException {
        TlsSocket socket = TlsSocket.client(context, SocketChannel.open(server.localAddress()), host, server.port());
        try {
            socket.doHandshake();
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    @Test
    void identitiesAreLoadedByName(@TempDir Path directory) throws Exception {
        TlsIdentity identity = TlsIdentity.selfSigned("a.example");
        Recipes.writePem(identity, directory.resolve("a.example.pem"), directory.resolve("a.example.key"));
        try (TlsServer server = ServerRecipesTest.echoServer(manyHosts(directory), Recipes.ANY_PORT)) {
            try (TlsSocket socket = connect(Recipes.clientFor(identity), server, "a.example")) {
                assertEquals(identity.chain(), socket.session().peerCertificates());
            }
            TlsHandshakeException e = assertThrows(
                    TlsHandshakeException.class, () -> connect(Recipes.clientFor(identity), server, "b.example"));
            assertEquals(TlsAlert.UNRECOGNIZED_NAME, e.alert().orElseThrow());
        }
    }

    @Test
    void eventLoopIsWokenForAnAnswer() throws Exception {
        CountDownLatch released = new CountDownLatch(1);
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            TlsContext context = TlsContext.builder()
                    .choose(hello -> {
                        released.await();
                        return TlsChoice.identity(Recipes.IDENTITY);
                    })
                    .callbackExecutor(executor)
                    .build();
            Bio[] pipe = Bio.pair(100_000);
            TlsConnection client = Recipes.clientFor(Recipes.IDENTITY).connect(pipe[0], "localhost", 0);
            TlsConnection server = context.accept(pipe[1]);
            CountDownLatch wokenUp = new CountDownLatch(1);
            client.doHandshake();
            assertFalse(handshake(server, wokenUp::countDown));
            assertEquals(1, wokenUp.getCount());
            released.countDown();
            assertTrue(wokenUp.await(60, TimeUnit.SECONDS), "is woken");
            while (!handshake(server, () -> {})) {
                client.doHandshake();
            }
        }
    }
}
