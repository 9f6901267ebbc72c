package io.parktls.sockets.jsse.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.TlsContext;
import io.parktls.sockets.Task;
import io.parktls.sockets.ThreadKind;
import io.parktls.sockets.jsse.TlsServerSocketFactory;
import io.parktls.sockets.jsse.TlsSocketFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The behaviour that software relies on if it loads the factories by class name, or extends them. */
final class FactoryPropertiesTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final String PASSWORD = "secret-of-the-test";

    @TempDir
    static Path directory;

    @BeforeAll
    static void writeFiles() throws IOException {
        TestPki.writePem(TestPki.server(KeyKind.ECDSA_P256), directory);
        Files.writeString(directory.resolve("empty.pem"), "no certificate");
    }

    private static Properties trust() {
        return properties("parktls.trust", directory.resolve("ca.pem").toString());
    }

    private static Properties identity() {
        return properties(
                "parktls.identity.chain", directory.resolve("chain.pem").toString(),
                "parktls.identity.key", directory.resolve("key.pem").toString());
    }

    private static Properties properties(String... namesAndValues) {
        Properties properties = new Properties();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            properties.setProperty(namesAndValues[i], namesAndValues[i + 1]);
        }
        return properties;
    }

    private static String file(Properties properties) throws IOException {
        Path file = Files.createTempFile(directory, "factory", ".properties");
        try (var out = Files.newBufferedWriter(file)) {
            properties.store(out, null);
        }
        return file.toString();
    }

    /** Performs a handshake and returns the client's failure. */
    private static @Nullable Exception handshake(
            SSLSocketFactory clients, SSLServerSocketFactory servers, String host, @Nullable SSLParameters parameters)
            throws Exception {
        try (SSLServerSocket listener = (SSLServerSocket) servers.createServerSocket(0, 1, LOOPBACK);
                Socket tcp = new Socket(LOOPBACK, listener.getLocalPort());
                SSLSocket server = (SSLSocket) listener.accept();
                SSLSocket client = (SSLSocket) clients.createSocket(tcp, host, 443, true)) {
            int patience = (int) Task.HANG.toMillis();
            client.setSoTimeout(patience);
            server.setSoTimeout(patience);
            if (parameters != null) {
                client.setSSLParameters(parameters);
            }
            Task<@Nullable Exception> serving = ThreadKind.VIRTUAL.start(() -> Meeting.talk(server));
            Exception failure = Meeting.talk(client);
            serving.get();
            return failure;
        }
    }

    @Test
    void propertiesGiveTrustAndIdentity() throws Exception {
        assertNull(
                handshake(new TlsSocketFactory(trust()), new TlsServerSocketFactory(identity()), Meeting.HOST, null));
    }

    @Test
    void aPropertiesFileGivesTrustAndIdentity() throws Exception {
        assertNull(handshake(
                new TlsSocketFactory(file(trust())), new TlsServerSocketFactory(file(identity())), Meeting.HOST, null));
    }

    @Test
    void systemPropertiesGiveTrustAndIdentity() throws Exception {
        Properties added = trust();
        added.putAll(identity());
        List<String> names = new ArrayList<>(added.stringPropertyNames());
        names.forEach(name -> System.setProperty(name, added.getProperty(name)));
        try {
            assertNull(handshake(new TlsSocketFactory(), new TlsServerSocketFactory(), Meeting.HOST, null));
        } finally {
            names.forEach(System::clearProperty);
        }
    }

    @Test
    void theHostIsVerifiedByDefault() throws Exception {
        assertUnverified(handshake(
                new TlsSocketFactory(trust()), new TlsServerSocketFactory(identity()), "other.example", null));
    }

    @Test
    void verifyHostFalseLeavesTheHostToTheCaller() throws Exception {
        Properties properties = trust();
        properties.setProperty("parktls.verifyHost", "false");
        assertNull(handshake(
                new TlsSocketFactory(properties), new TlsServerSocketFactory(identity()), "other.example", null));
    }

    @Test
    void withoutTrustTheServerIsUnverified() throws Exception {
        assertUnverified(handshake(
                new TlsSocketFactory(new Properties()), new TlsServerSocketFactory(identity()), Meeting.HOST, null));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    parktls.engine          | nonsense    | parktls.engine
                    parktls.protocols       | TLSv9       | TLSv9
                    parktls.groups          | nonsense    | nonsense
                    parktls.trust           | missing.pem | parktls.trust
                    parktls.trust           | empty.pem   | parktls.trust
                    parktls.identity.chain  | missing.pem | parktls.identity.key
                    parktls.identity.key    | missing.pem | parktls.identity.chain
                    parktls.identity.keyStore | missing.p12 | parktls.identity.keyStore
                    """)
    void anInvalidPropertyIsNamed(String name, String value, String named) throws Exception {
        String given = value.contains(".") ? directory.resolve(value).toString() : value;
        Properties properties = properties(name, given, "parktls.identity.password", PASSWORD);
        String file = file(properties);
        for (IllegalArgumentException e : List.of(
                assertThrows(IllegalArgumentException.class, () -> new TlsSocketFactory(properties)),
                assertThrows(IllegalArgumentException.class, () -> new TlsServerSocketFactory(properties)),
                assertThrows(IllegalArgumentException.class, () -> new TlsSocketFactory(file)),
                assertThrows(IllegalArgumentException.class, () -> new TlsServerSocketFactory(file)))) {
            assertTrue(String.valueOf(e.getMessage()).contains(named), e.getMessage());
            assertTrue(!String.valueOf(e.getMessage()).contains(PASSWORD), "the message has the password");
        }
    }

    @Test
    void aMissingPropertiesFileIsNamed() {
        String missing = directory.resolve("missing.properties").toString();
        for (IllegalArgumentException e : List.of(
                assertThrows(IllegalArgumentException.class, () -> new TlsSocketFactory(missing)),
                assertThrows(IllegalArgumentException.class, () -> new TlsServerSocketFactory(missing)))) {
            assertTrue(String.valueOf(e.getMessage()).contains(missing), e.getMessage());
        }
    }

    /** Software calls the static method of the class whose name it was given. */
    @Test
    void getDefaultIsOurs() throws Exception {
        Object sockets = TlsSocketFactory.class.getMethod("getDefault").invoke(null);
        Object serverSockets =
                TlsServerSocketFactory.class.getMethod("getDefault").invoke(null);
        assertInstanceOf(TlsSocketFactory.class, sockets);
        assertInstanceOf(TlsServerSocketFactory.class, serverSockets);
        assertSame(sockets, TlsSocketFactory.getDefault());
        assertSame(serverSockets, TlsServerSocketFactory.getDefault());
    }

    /** A context that verifies hosts is stronger than the parameters of a socket. */
    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "HTTPS", "LDAPS"})
    void aContextThatVerifiesTheHostDoesSoWhateverTheParametersSay(@Nullable String algorithm) throws Exception {
        SSLSocketFactory clients =
                new TlsSocketFactory(TlsContext.builder().trust(TestPki.trust()).build());
        SSLParameters parameters = new SSLParameters();
        parameters.setEndpointIdentificationAlgorithm(algorithm);
        SSLServerSocketFactory servers = new TlsServerSocketFactory(identity());
        assertUnverified(handshake(clients, servers, "other.example", parameters));
        assertNull(handshake(clients, servers, Meeting.HOST, parameters));
    }

    private static void assertUnverified(@Nullable Exception failure) {
        assertEquals(
                "SSLHandshakeException caused by CertificateException",
                Observed.withCause(failure, CertificateException.class));
    }

    /** Clients of LDAP and of brokers extend a factory to set options of each socket. */
    @Test
    void bothFactoriesCanBeExtended() throws Exception {
        AtomicInteger created = new AtomicInteger();
        SSLSocketFactory clients = new TlsSocketFactory(trust()) {
            @Override
            public Socket createSocket(Socket connected, @Nullable String host, int port, boolean autoClose)
                    throws IOException {
                created.incrementAndGet();
                return super.createSocket(connected, host, port, autoClose);
            }
        };
        SSLServerSocketFactory servers = new TlsServerSocketFactory(identity()) {
            @Override
            public ServerSocket createServerSocket(int port, int backlog, @Nullable InetAddress address)
                    throws IOException {
                created.incrementAndGet();
                return super.createServerSocket(port, backlog, address);
            }
        };
        assertNull(handshake(clients, servers, Meeting.HOST, null));
        assertEquals(2, created.get());
    }
}
