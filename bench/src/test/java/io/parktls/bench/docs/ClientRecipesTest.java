package io.parktls.bench.docs;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.TlsAlert;
import io.parktls.TlsContext;
import io.parktls.TlsFailure;
import io.parktls.TlsIdentity;
import io.parktls.TlsPeerUnverifiedException;
import io.parktls.TlsTruncatedException;
import io.parktls.TlsTrust;
import io.parktls.sockets.TlsServer;
import io.parktls.sockets.TlsSocket;
import io.parktls.sockets.jsse.ParkTlsProvider;
import io.parktls.sockets.jsse.TlsSocketFactory;
import java.io.EOFException;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Security;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The recipes for clients, word for word as the documents show them, and that they work. */
@Timeout(120)
final class ClientRecipesTest {
    @TempDir
    Path directory;

    // ---- what the documents show

    static String get(TlsSocketFactory factory, String url) throws IOException {
        HttpsURLConnection connection =
                (HttpsURLConnection) URI.create(url).toURL().openConnection();
        connection.setSSLSocketFactory(factory);
        connection.setConnectTimeout(5_000);
        connection.setReadTimeout(10_000); // limits each wait, also in the handshake
        try (var body = connection.getInputStream()) {
            return new String(body.readAllBytes(), UTF_8);
        }
    }

    static void registerProvider() {
        Security.insertProviderAt(new ParkTlsProvider(), 1);
    }

    static SSLSocket layered(TlsContext context, Socket tunnel, String host, int port) throws IOException {
        SSLSocket socket = (SSLSocket) new TlsSocketFactory(context).createSocket(tunnel, host, port, true);
        socket.setSoTimeout(10_000);
        socket.startHandshake();
        return socket;
    }

    static TlsContext alpnClient(TlsContext context) {
        return context.toBuilder().applicationProtocols("echo/2", "echo/1").build();
    }

    static TlsSocket startTls(TlsContext context, SocketChannel channel, String host) throws IOException {
        expect(channel, "220");
        channel.write(ByteBuffer.wrap("STARTTLS\r\n".getBytes(US_ASCII)));
        expect(channel, "220");
        return TlsSocket.client(context, channel, host, 0); // from here on the channel is the socket's
    }

    /** Reads one line, byte by byte: what follows it belongs to TLS. */
    static void expect(SocketChannel channel, String code) throws IOException {
        StringBuilder line = new StringBuilder();
        ByteBuffer one = ByteBuffer.allocate(1);
        while (line.indexOf("\n") < 0) {
            if (channel.read(one.clear()) < 0) {
                throw new EOFException("the server closed the connection after: " + line);
            }
            line.append((char) one.get(0));
        }
        if (!line.toString().startsWith(code)) {
            throw new IOException("expected " + code + ", received: " + line);
        }
    }

    static TlsIdentity identity(Map<String, String> environment) {
        return TlsIdentity.pemText(environment.get("TLS_CHAIN"), environment.get("TLS_KEY"));
    }

    static TlsContext logged(TlsContext context, Path file) throws IOException {
        PrintWriter log = new PrintWriter(
                Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND), true);
        return context.toBuilder().keyLog(log::println).build();
    }

    static byte[] fetch(TlsContext context, String host, int port) throws IOException {
        try (TlsSocket socket = TlsSocket.connect(context, host, port, Duration.ofSeconds(5))) {
            socket.handshakeTimeout(Duration.ofSeconds(5));
            socket.readTimeout(Duration.ofMillis(500)); // for each read, from its call to its end
            socket.writeTimeout(Duration.ofSeconds(10));
            socket.doHandshake();
            return socket.inputStream().readAllBytes();
        }
    }

    static String explain(IOException failure) {
        return switch (failure) {
            case SocketTimeoutException late -> "timeout: " + late.getMessage();
            case TlsFailure refused when refused.isAlertReceived() -> "refused: " + failure.getMessage();
            case TlsPeerUnverifiedException unverified -> "not trusted: " + unverified.getMessage();
            case TlsTruncatedException cut -> "cut: " + cut.getMessage();
            default -> "failed: " + failure.getMessage();
        };
    }

    static HttpClient httpClient(KeyStore trusted) throws GeneralSecurityException {
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted); // null for the authorities that the JDK trusts
        SSLContext context = SSLContext.getInstance("TLS", new ParkTlsProvider());
        context.init(null, trust.getTrustManagers(), null);
        return HttpClient.newBuilder()
                .sslContext(context)
                .connectTimeout(Duration.ofSeconds(5))
                .build();
    }

    static Optional<TlsFailure> failureOf(IOException e) {
        return Stream.iterate((Throwable) e, Objects::nonNull, Throwable::getCause)
                .filter(TlsFailure.class::isInstance)
                .map(TlsFailure.class::cast)
                .findFirst();
    }

    static void sendAll(TlsContext context, String host, int port, byte[] data) throws IOException {
        try (TlsSocket socket = TlsSocket.connect(context, host, port)) {
            socket.outputStream().write(data);
            socket.close(Duration.ofSeconds(10)); // waits for the peer's close_notify
        }
    }

    // ---- that it works

    @Test
    void anHttpClientGoesThroughTheSocketFactory() throws IOException {
        try (TlsServer server = httpServer()) {
            assertEquals(
                    "hello",
                    get(
                            new TlsSocketFactory(Recipes.CLIENT),
                            "https://" + Recipes.HOST + ":" + Recipes.port(server) + "/"));
        }
    }

    @Test
    void theJdksHttpClientRunsOnTheProvider() throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null);
        trusted.setCertificateEntry("server", Recipes.IDENTITY.chain().getFirst());
        try (TlsServer server = httpServer();
                HttpClient client = httpClient(trusted)) {
            URI uri = URI.create("https://" + Recipes.HOST + ":" + Recipes.port(server) + "/");
            HttpResponse<String> response =
                    client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
            assertEquals("hello", response.body());
            assertEquals(ParkTlsProvider.NAME, client.sslContext().getProvider().getName());
        }
    }

    @Test
    void tlsOverAnotherSocketWorks() throws IOException {
        try (TlsServer server = ServerRecipesTest.echoServer(Recipes.SERVER, Recipes.ANY_PORT);
                Socket tunnel = new Socket(Recipes.HOST, Recipes.port(server));
                SSLSocket socket = layered(Recipes.CLIENT, tunnel, Recipes.HOST, 443)) {
            socket.getOutputStream().write(5);
            assertEquals(5, socket.getInputStream().read());
        }
    }

    @Test
    void startTlsBeginsAfterTheServersReply() throws Exception {
        try (ServerSocketChannel listener = ServerSocketChannel.open().bind(Recipes.ANY_PORT)) {
            CompletableFuture<Void> served = CompletableFuture.runAsync(() -> mailServer(listener));
            SocketChannel channel = SocketChannel.open(listener.getLocalAddress());
            try (TlsSocket socket = startTls(Recipes.CLIENT, channel, Recipes.HOST)) {
                socket.outputStream().write(9);
                assertEquals(9, socket.inputStream().read());
            }
            served.join();
        }
    }

    private static void mailServer(ServerSocketChannel listener) {
        try {
            SocketChannel channel = listener.accept();
            channel.write(ByteBuffer.wrap("220 mail.example\r\n".getBytes(US_ASCII)));
            expect(channel, "STARTTLS");
            channel.write(ByteBuffer.wrap("220 go ahead\r\n".getBytes(US_ASCII)));
            try (TlsSocket socket = TlsSocket.server(Recipes.SERVER, channel)) {
                socket.outputStream().write(socket.inputStream().read());
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void theIdentityComesFromTextWithEscapedLineBreaks() {
        String chain = Recipes.chainPem(Recipes.IDENTITY).replace("\n", "\\n");
        String key = Recipes.keyPem(Recipes.IDENTITY).replace("\n", "\\n");
        TlsIdentity read = identity(Map.of("TLS_CHAIN", chain, "TLS_KEY", key));
        assertEquals(Recipes.IDENTITY.chain(), read.chain());
    }

    @Test
    void theKeyLogHasTheSecretsOfTheConnection() throws IOException {
        Path file = directory.resolve("keys.log");
        try (TlsServer server = ServerRecipesTest.echoServer(Recipes.SERVER, Recipes.ANY_PORT)) {
            ServerRecipesTest.echo(logged(Recipes.CLIENT, file), Recipes.HOST, Recipes.port(server), "logged");
        }
        List<String> labels = Files.readAllLines(file).stream()
                .map(line -> line.split(" ", 2)[0])
                .toList();
        assertTrue(labels.contains("CLIENT_TRAFFIC_SECRET_0"), labels.toString());
        assertTrue(labels.contains("SERVER_TRAFFIC_SECRET_0"), labels.toString());
    }

    @Test
    void eachFailureIsExplained() throws IOException {
        try (TlsServer server = TlsServer.open(
                Recipes.SERVER, Recipes.ANY_PORT, socket -> socket.inputStream().read())) {
            assertTrue(failureOf(Recipes.CLIENT, Recipes.port(server)).startsWith("timeout: "));
            assertTrue(failureOf(TlsContext.client(), Recipes.port(server)).startsWith("not trusted: "));
        }
        try (TlsServer server = ServerRecipesTest.alpnServer(Recipes.IDENTITY, Recipes.ANY_PORT)) {
            TlsContext nothingInCommon =
                    Recipes.CLIENT.toBuilder().applicationProtocols("h2").build();
            assertTrue(failureOf(nothingInCommon, Recipes.port(server)).startsWith("refused: "));
        }
        try (ServerSocket cuts = new ServerSocket(0)) {
            Thread.startVirtualThread(() -> {
                try (Socket socket = cuts.accept()) {
                    socket.getInputStream().read();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            String failure = failureOf(Recipes.CLIENT, cuts.getLocalPort());
            assertTrue(failure.startsWith("cut: ") || failure.startsWith("failed: "), failure);
        }
    }

    private static String failureOf(TlsContext context, int port) {
        try {
            fetch(context, Recipes.HOST, port);
            return "no failure";
        } catch (IOException e) {
            return explain(e);
        }
    }

    @Test
    void failureOfASocketOfTheFactory() throws IOException {
        try (TlsServer server = httpServer()) {
            TlsContext distrustful =
                    Recipes.CLIENT.toBuilder().trust(TlsTrust.system()).build();
            IOException failure = assertThrows(
                    IOException.class,
                    () -> get(
                            new TlsSocketFactory(distrustful),
                            "https://" + Recipes.HOST + ":" + Recipes.port(server) + "/"));
            assertEquals(
                    Optional.of(TlsAlert.UNKNOWN_CA),
                    failureOf(failure).orElseThrow().alert());
        }
    }

    @Test
    void providerComesFirst() throws Exception {
        registerProvider();
        try {
            assertEquals(
                    ParkTlsProvider.NAME,
                    SSLContext.getInstance("TLS").getProvider().getName());
            assertEquals(
                    ParkTlsProvider.NAME,
                    SSLContext.getInstance("Default").getProvider().getName());
        } finally {
            Security.removeProvider(ParkTlsProvider.NAME);
        }
    }

    @Test
    void allThatWasSentHasArrivedWhenCloseReturns() throws Exception {
        CompletableFuture<Integer> received = new CompletableFuture<>();
        try (TlsServer server = TlsServer.open(
                Recipes.SERVER,
                Recipes.ANY_PORT,
                socket -> received.complete(socket.inputStream().readAllBytes().length))) {
            sendAll(Recipes.CLIENT, Recipes.HOST, Recipes.port(server), new byte[1 << 20]);
            assertEquals(1 << 20, received.get());
        }
    }

    private static TlsServer httpServer() throws IOException {
        return TlsServer.open(Recipes.SERVER, new InetSocketAddress(Recipes.HOST, 0), socket -> {
            StringBuilder request = new StringBuilder();
            while (request.indexOf("\r\n\r\n") < 0) {
                request.append((char) socket.inputStream().read());
            }
            socket.outputStream()
                    .write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello".getBytes(US_ASCII));
        });
    }
}
