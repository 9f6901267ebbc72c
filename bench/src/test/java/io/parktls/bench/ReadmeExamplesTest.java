package io.parktls.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import io.parktls.TlsConnection;
import io.parktls.TlsContext;
import io.parktls.TlsIdentity;
import io.parktls.TlsTrust;
import io.parktls.bench.docs.Recipes;
import io.parktls.bio.Bio;
import io.parktls.engine.TlsEngineProvider;
import io.parktls.sockets.TlsServer;
import io.parktls.sockets.TlsSocket;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.conscrypt.Conscrypt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The README's code: it compiles, it works, and it is the same there and here. */
@Timeout(900)
class ReadmeExamplesTest {
    private static final String HOST = "localhost";

    private final TlsIdentity identity = TlsIdentity.selfSigned(HOST);
    private final TlsContext context = TlsContext.builder()
            .trust(TlsTrust.only(identity.chain().getFirst()))
            .build();
    private TlsServer server;
    private int port;

    // ---- what the README shows

    static void client(TlsContext context, String host, int port) throws IOException {
        try (TlsSocket socket = TlsSocket.connect(context, host, port)) {
            socket.doHandshake(); // parks this thread until the handshake is done, or throws
            System.out.println(socket.session());
            socket.outputStream().write("hello\n".getBytes(UTF_8));
            socket.shutdownOutput(); // sends close_notify; this end reads on
            socket.inputStream().transferTo(System.out);
        }
    }

    static TlsServer server(TlsContext context, SocketAddress address) throws IOException {
        return TlsServer.open(context, address, socket -> {
            // runs on a virtual thread of its own after the handshake; an exception ends this connection only
            socket.inputStream().transferTo(socket.outputStream());
        });
    }

    static void contexts() throws IOException {
        TlsContext client = TlsContext.client(); // trusts the authorities of the JDK, verifies host names
        TlsContext server = TlsContext.server(TlsIdentity.pem(Path.of("chain.pem"), Path.of("key.pem")));
        assertEquals(client.protocols(), server.protocols());
    }

    static TlsContext nativePrimitives(TlsIdentity identity) {
        return TlsContext.builder()
                .engine(TlsEngineProvider.bouncyCastle(AmazonCorrettoCryptoProvider.INSTANCE, Conscrypt.newProvider()))
                .identity(identity)
                .build();
    }

    static boolean handshake(TlsConnection connection, SelectionKey key) throws IOException {
        switch (connection.doHandshake()) {
            case WANT_READ -> key.interestOps(SelectionKey.OP_READ);
            case WANT_WRITE -> key.interestOps(SelectionKey.OP_WRITE);
            case OK, CLOSED -> key.interestOps(0);
        }
        return connection.isHandshakeDone();
    }

    // ---- that it works

    @BeforeEach
    void startServer() throws IOException {
        server = server(TlsContext.server(identity), new InetSocketAddress(InetAddress.getByName(HOST), 0));
        port = server.port();
    }

    @AfterEach
    void stopServer() {
        server.close();
    }

    @Test
    void theClientTalksToTheServer() throws IOException {
        PrintStream standardOutput = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, UTF_8));
        try {
            client(context, HOST, port);
        } finally {
            System.setOut(standardOutput);
        }
        List<String> lines = printed.toString(UTF_8).lines().toList();
        assertTrue(lines.getFirst().startsWith("TLSv1.3"), lines.getFirst());
        assertEquals("hello", lines.getLast());
    }

    @Test
    void theClientTalksToAServerWithNativePrimitives() throws IOException {
        String system = System.getProperty("os.name") + " " + System.getProperty("os.arch");
        assumeTrue(
                system.equals("Linux amd64"),
                "the native libraries in the tests are for Linux amd64, this is " + system);
        try (TlsServer other =
                        server(nativePrimitives(identity), new InetSocketAddress(InetAddress.getByName(HOST), 0));
                TlsSocket socket = TlsSocket.connect(context, HOST, other.port())) {
            socket.doHandshake();
            assertEquals("TLSv1.3", socket.session().protocol().toString());
        }
    }

    @Test
    void theSelectorLoopEndsWithAHandshake() throws IOException {
        try (Selector selector = Selector.open();
                SocketChannel channel = SocketChannel.open(server.localAddress())) {
            channel.configureBlocking(false);
            SelectionKey key = channel.register(selector, 0);
            TlsConnection connection = context.connect(Bio.of(channel), HOST, port);
            while (!handshake(connection, key)) {
                selector.select();
                selector.selectedKeys().clear();
            }
            assertTrue(connection.isHandshakeDone());
            connection.close();
        }
    }

    /** The README names files without a directory, so they have to be where the test runs. */
    @Test
    void theContextsAreMadeOfFiles() throws IOException {
        Path chain = Path.of("chain.pem");
        Path key = Path.of("key.pem");
        try {
            Recipes.writePem(identity, chain, key);
            contexts();
        } finally {
            Files.deleteIfExists(chain);
            Files.deleteIfExists(key);
        }
    }

    @Test
    void theReadmeShowsThisCode() throws IOException {
        Path tests = Path.of("src/test/java/io/parktls/bench");
        String here = code(Files.readString(tests.resolve("ReadmeExamplesTest.java"))
                + Files.readString(tests.resolve("docs/ChoiceRecipesTest.java")));
        List<String> examples = Pattern.compile("```java\\R(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("../README.md")))
                .results()
                .map(match -> match.group(1))
                .toList();
        assertFalse(examples.isEmpty());
        for (String example : examples) {
            assertTrue(here.contains(code(example)), () -> "not in the tests: " + example);
        }
    }

    /** Without indentation. */
    private static String code(String text) {
        return text.lines().map(String::strip).collect(Collectors.joining("\n"));
    }
}
