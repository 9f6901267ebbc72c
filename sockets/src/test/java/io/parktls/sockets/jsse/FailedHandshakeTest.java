package io.parktls.sockets.jsse;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.TestContexts;
import io.parktls.TlsContext;
import io.parktls.TlsTrust;
import io.parktls.engine.TlsEngineProvider;
import io.parktls.sockets.Descriptors;
import io.parktls.sockets.ThreadKind;
import io.parktls.sockets.TlsSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** H19: tests that a factory's socket closes itself when its handshake fails, before it is garbage collected. */
@Tag("H19")
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class FailedHandshakeTest {
    private static final TlsEngineProvider ENGINE = TlsEngineProvider.bouncyCastle();

    private long before;

    /** The causes of a failed handshake. */
    enum Reason {
        TIMEOUT {
            @Override
            void set(SSLSocket socket) throws IOException {
                socket.setSoTimeout(1);
            }
        },
        INTERRUPT {
            @Override
            void set(SSLSocket socket) {
                Thread.currentThread().interrupt();
            }
        },
        RESET {
            @Override
            void answer(SocketChannel accepted) throws IOException {
                accepted.setOption(StandardSocketOptions.SO_LINGER, 0);
                accepted.close();
            }
        },
        END_OF_STREAM {
            @Override
            void answer(SocketChannel accepted) throws IOException {
                accepted.shutdownOutput();
            }
        },
        ALERT {
            @Override
            void answer(SocketChannel accepted) throws IOException {
                accepted.write(ByteBuffer.wrap(new byte[] {21, 3, 3, 0, 2, 2, 40}));
            }
        },
        GARBAGE {
            @Override
            void answer(SocketChannel accepted) throws IOException {
                accepted.write(ByteBuffer.wrap("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
            }
        },
        UNTRUSTED_PEER {
            @Override
            TlsContext client() throws Exception {
                return TestContexts.client(ENGINE).trust(TlsTrust.system()).build();
            }

            @Override
            void answer(SocketChannel accepted) throws Exception {
                TlsSocket server = TlsSocket.server(TestContexts.server(ENGINE).build(), accepted);
                Thread.ofVirtual().start(() -> {
                    try (server) {
                        server.doHandshake();
                    } catch (IOException e) {
                        // The client fails the handshake.
                    }
                });
            }
        },
        NOTHING_TO_NEGOTIATE {
            @Override
            void set(SSLSocket socket) {
                socket.setEnabledProtocols(new String[] {"TLSv1.3"});
                socket.setEnabledCipherSuites(new String[] {"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"});
            }
        };

        TlsContext client() throws Exception {
            return TestContexts.client(ENGINE).build();
        }

        void set(SSLSocket socket) throws IOException {}

        void answer(SocketChannel accepted) throws Exception {}
    }

    /** The calls that begin the handshake. */
    enum Beginning {
        START_HANDSHAKE {
            @Override
            void begin(SSLSocket socket) throws IOException {
                socket.startHandshake();
            }
        },
        READ {
            @Override
            void begin(SSLSocket socket) throws IOException {
                socket.getInputStream().read();
            }
        },
        WRITE {
            @Override
            void begin(SSLSocket socket) throws IOException {
                socket.getOutputStream().write(1);
            }
        },
        GET_SESSION {
            @Override
            void begin(SSLSocket socket) throws IOException {
                assertFalse(socket.getSession().isValid());
                socket.startHandshake();
            }
        };

        abstract void begin(SSLSocket socket) throws IOException;
    }

    record Case(Reason reason, Beginning beginning, boolean layered) {}

    static Stream<Case> cases() {
        return Stream.of(Reason.values())
                .flatMap(reason -> Stream.of(Beginning.values())
                        .flatMap(beginning ->
                                Stream.of(false, true).map(layered -> new Case(reason, beginning, layered))));
    }

    @BeforeEach
    void countDescriptors() throws Exception {
        before = Descriptors.open();
    }

    @ParameterizedTest
    @MethodSource("cases")
    @DisplayName("H19 a failed handshake closes the socket")
    void closes(Case c) throws Exception {
        try (ServerSocketChannel listener =
                ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            int port = ((InetSocketAddress) listener.getLocalAddress()).getPort();
            TlsSocketFactory factory = new TlsSocketFactory(c.reason().client());
            Socket plain = new Socket();
            if (c.layered()) {
                plain.connect(listener.getLocalAddress());
            }
            SSLSocket socket = (SSLSocket)
                    (c.layered()
                            ? factory.createSocket(plain, "localhost", port, true)
                            : factory.createSocket("localhost", port));
            try (SocketChannel accepted = listener.accept()) {
                // Only virtual threads heed an interrupt, as with sockets of the JDK.
                IOException failure = ThreadKind.VIRTUAL
                        .start(() -> {
                            c.reason().set(socket);
                            c.reason().answer(accepted);
                            return assertThrows(
                                    IOException.class, () -> c.beginning().begin(socket));
                        })
                        .get();
                assertTrue(socket.isClosed(), failure::toString);
                assertThrows(IOException.class, socket::startHandshake);
            }
            plain.close();
        }
        Descriptors.awaitClosed(before);
    }

    @Test
    @DisplayName("H19 HttpsURLConnection leaks no descriptor after a read timeout")
    void readTimeouts() throws Exception {
        try (ServerSocketChannel silent =
                ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100)) {
            int port = ((InetSocketAddress) silent.getLocalAddress()).getPort();
            long listening = Descriptors.open();
            for (int i = 0; i < 20; i++) {
                HttpsURLConnection connection = (HttpsURLConnection)
                        URI.create("https://localhost:" + port + "/").toURL().openConnection();
                connection.setSSLSocketFactory(
                        new TlsSocketFactory(TestContexts.client(ENGINE).build()));
                connection.setReadTimeout(1);
                assertThrows(IOException.class, connection::getResponseCode);
            }
            Descriptors.awaitClosed(listening);
        }
    }
}
