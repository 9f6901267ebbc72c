package io.parktls.integration.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.TestCertificate;
import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.TlsIdentity;
import io.parktls.integration.WithParkTls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.network.ByteBufferSend;
import org.apache.kafka.common.network.ChannelState;
import org.apache.kafka.common.network.ConnectionMode;
import org.apache.kafka.common.network.NetworkReceive;
import org.apache.kafka.common.network.NetworkSend;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests the channels that Kafka's clients and brokers talk over, without a cluster. */
@WithParkTls
@DisplayName("Kafka's channels")
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KafkaTest {
    private static final KeyKind KIND = KeyKind.ECDSA_P256;
    private static final String ID = "broker";

    /** The number of connections that are open at once. */
    private static final int MANY = 500;

    @ParameterizedTest
    @CsvSource({",", "SunJSSE,", ",SunJSSE"})
    @DisplayName("a client sends 10 MB and gets them back, and the broker knows its certificate")
    void bulk(@Nullable String clientProvider, @Nullable String brokerProvider) throws Exception {
        byte[] message = new byte[10 << 20];
        new Random(19).nextBytes(message);
        try (KafkaBroker broker = new KafkaBroker(broker(TestPki.server(KIND), "requested", brokerProvider));
                KafkaEnd client = client(Keys.clientIdentity(), TestPki.ca(KIND), clientProvider)) {
            assertArrayEquals(message, exchange(client, "localhost", broker, message));
            assertEquals(List.of("CN=test client"), List.copyOf(broker.principals()));
        }
    }

    @Test
    @DisplayName("ParkTLS does the broker's TLS")
    void parkTlsServes() throws Exception {
        try (KafkaBroker broker = new KafkaBroker(broker(TestPki.server(KIND), "none", null))) {
            EngineProof.assertServes(broker.port(), Keys.context(null, Keys.authority()));
        }
    }

    @Test
    @DisplayName("openssl s_client talks to a broker with each version of TLS")
    void openSsl(@TempDir Path directory) throws Exception {
        Path authority = Files.writeString(directory.resolve("ca.pem"), TestPki.pem(TestPki.authorities()));
        try (KafkaBroker broker = new KafkaBroker(broker(TestPki.server(KIND), "none", null))) {
            for (String version : List.of("-tls1_3", "-tls1_2")) {
                Program client = Program.openSslClientUntil(
                        "hello",
                        // Four bytes of length come first.
                        "\0\0\0\5hello",
                        List.of(
                                version,
                                "-connect",
                                "127.0.0.1:" + broker.port(),
                                "-verify_hostname",
                                "localhost",
                                "-CAfile",
                                authority.toString()));
                assertTrue(client.output().contains("\0\0\0\5hello"), client::output);
                assertEquals(0, client.exit(), client::output);
            }
        }
    }

    @Test
    @DisplayName("a client refuses a certificate for another host, and one of an unknown authority")
    void refuses() throws Exception {
        X509Certificate unknown = TestCertificate.authority(KIND, "Another CA").certificate();
        try (KafkaBroker broker = new KafkaBroker(broker(TestPki.server(KIND), "none", null))) {
            try (KafkaEnd client = client(null, TestPki.ca(KIND), null)) {
                assertInstanceOf(SslAuthenticationException.class, failure(client, Keys.WRONG_HOST, broker));
            }
            try (KafkaEnd client = client(null, unknown, null)) {
                assertInstanceOf(SslAuthenticationException.class, failure(client, "localhost", broker));
            }
            try (KafkaEnd client = client(null, TestPki.ca(KIND), null)) {
                assertArrayEquals(new byte[] {1}, exchange(client, "localhost", broker, new byte[] {1}));
            }
        }
    }

    @Test
    @DisplayName("a broker refuses a client without certificate")
    void noClientCertificate() throws Exception {
        try (KafkaBroker broker = new KafkaBroker(broker(TestPki.server(KIND), "required", null));
                KafkaEnd client = client(null, TestPki.ca(KIND), null)) {
            assertInstanceOf(SslAuthenticationException.class, failure(client, "localhost", broker));
            assertEquals(0, broker.principals().size());
        }
    }

    @Test
    @DisplayName("new connections get the renewed certificate, and open ones go on")
    void renewal() throws Exception {
        TlsIdentity renewed =
                TestPki.goodServer(KIND).issuedBy(TestPki.authority(KIND)).identity();
        try (KafkaBroker broker = new KafkaBroker(broker(TestPki.server(KIND), "none", null));
                KafkaEnd client = client(null, TestPki.ca(KIND), null)) {
            assertArrayEquals(new byte[] {1}, exchange(client, "localhost", broker, new byte[] {1}));
            broker.reconfigure(broker(renewed, "none", null));
            try (SSLSocket second = (SSLSocket) Keys.jdkContext(null, Keys.authority())
                    .getSocketFactory()
                    .createSocket("localhost", broker.port())) {
                second.setSoTimeout(RawHttp.HANG_MILLIS);
                second.startHandshake();
                assertEquals(renewed.chain().getFirst(), second.getSession().getPeerCertificates()[0]);
            }
            assertArrayEquals(new byte[] {2}, send(client, new byte[] {2}));
        }
    }

    @Test
    @DisplayName("five hundred connections of a client talk to a broker at once")
    void manyAtOnce() throws Exception {
        byte[] message = {1};
        List<String> ids = IntStream.range(0, MANY).mapToObj(Integer::toString).toList();
        try (KafkaBroker broker = new KafkaBroker(broker(TestPki.server(KIND), "none", null));
                KafkaEnd client = client(null, TestPki.ca(KIND), null)) {
            for (String id : ids) {
                client.selector().connect(id, new InetSocketAddress("localhost", broker.port()), -1, -1);
            }
            long deadline = deadline();
            while (!ids.stream().allMatch(client.selector()::isChannelReady)) {
                poll(client, deadline);
                assertEquals(Map.of(), client.selector().disconnected());
            }
            for (String id : ids) {
                client.selector().send(new NetworkSend(id, ByteBufferSend.sizePrefixed(ByteBuffer.wrap(message))));
            }
            Set<String> answered = new HashSet<>();
            while (answered.size() < MANY) {
                poll(client, deadline);
                assertEquals(Map.of(), client.selector().disconnected());
                for (NetworkReceive answer : client.selector().completedReceives()) {
                    assertEquals(ByteBuffer.wrap(message), answer.payload());
                    answered.add(answer.source());
                }
            }
        }
    }

    @Test
    @DisplayName("a client sends SNI for a name, and none for an address")
    void serverName() throws Exception {
        assertEquals(List.of(new SNIHostName(Keys.NAMED_HOST)), requestedNames(Keys.NAMED_HOST));
        assertEquals(List.of(), requestedNames("127.0.0.1"));
    }

    /** Connects a client to a server with the JDK's TLS, and returns the names in its SNI. */
    private static List<SNIServerName> requestedNames(String host) throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                ExecutorService thread = Executors.newVirtualThreadPerTaskExecutor();
                KafkaEnd client = client(null, TestPki.ca(KIND), null)) {
            Future<List<SNIServerName>> names = thread.submit(() -> acceptedNames(listener));
            InetAddress address = InetAddress.getByAddress(host, new byte[] {127, 0, 0, 1});
            client.selector().connect(ID, new InetSocketAddress(address, listener.getLocalPort()), -1, -1);
            long deadline = deadline();
            while (client.selector().disconnected().isEmpty()) {
                poll(client, deadline);
            }
            return names.get();
        }
    }

    /** Makes a handshake, and closes the TCP connection. */
    private static List<SNIServerName> acceptedNames(ServerSocket listener) throws IOException {
        SSLContext context = Keys.jdkContext(Keys.only(Keys.MAIN, Keys.server()), null);
        try (Socket connection = listener.accept()) {
            connection.setSoTimeout(RawHttp.HANG_MILLIS);
            SSLSocket tls = (SSLSocket) context.getSocketFactory().createSocket(connection, null, false);
            tls.startHandshake();
            return ((ExtendedSSLSession) tls.getSession()).getRequestedServerNames();
        }
    }

    private static KafkaEnd.Settings broker(TlsIdentity identity, String clientAuth, @Nullable String provider) {
        return new KafkaEnd.Settings(identity, TestPki.ca(KIND), clientAuth, provider);
    }

    private static KafkaEnd client(
            @Nullable TlsIdentity identity, X509Certificate authority, @Nullable String provider) {
        return KafkaEnd.open(ConnectionMode.CLIENT, new KafkaEnd.Settings(identity, authority, "none", provider));
    }

    private static void connect(KafkaEnd client, String host, KafkaBroker broker) throws IOException {
        client.selector().connect(ID, new InetSocketAddress(host, broker.port()), -1, -1);
    }

    /** Connects, sends a message, and returns the answer. */
    private static byte[] exchange(KafkaEnd client, String host, KafkaBroker broker, byte[] message)
            throws IOException {
        connect(client, host, broker);
        long deadline = deadline();
        while (!client.selector().isChannelReady(ID)) {
            poll(client, deadline);
            assertEquals(
                    0,
                    client.selector().disconnected().size(),
                    () -> client.selector().disconnected().toString());
        }
        return send(client, message);
    }

    private static byte[] send(KafkaEnd client, byte[] message) throws IOException {
        client.selector().send(new NetworkSend(ID, ByteBufferSend.sizePrefixed(ByteBuffer.wrap(message))));
        long deadline = deadline();
        while (true) {
            poll(client, deadline);
            assertEquals(0, client.selector().disconnected().size());
            for (NetworkReceive answer : client.selector().completedReceives()) {
                byte[] bytes = new byte[answer.payload().remaining()];
                answer.payload().get(bytes);
                return bytes;
            }
        }
    }

    /** Connects, and returns the failure that ends the connection. */
    private static @Nullable Exception failure(KafkaEnd client, String host, KafkaBroker broker) throws IOException {
        connect(client, host, broker);
        long deadline = deadline();
        while (client.selector().disconnected().isEmpty()) {
            poll(client, deadline);
        }
        ChannelState state = client.selector().disconnected().get(ID);
        return state == null ? null : state.exception();
    }

    private static void poll(KafkaEnd client, long deadline) throws IOException {
        client.selector().poll(TimeUnit.SECONDS.toMillis(1));
        assertTrue(System.nanoTime() < deadline, "the client waits in vain");
    }

    private static long deadline() {
        return System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(RawHttp.HANG_MILLIS);
    }
}
