package io.parktls.sockets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.Logged;
import io.parktls.TestContexts;
import io.parktls.TlsContext;
import io.parktls.TlsTrust;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.logging.log4j.Level;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests that a server keeps accepting after {@code accept} has failed. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class AcceptorTest {
    /** The system's message when a process has reached its limit of descriptors. */
    private static final String EMFILE = "Too many open files";

    private static final int FAILURES = 7;

    /** The pauses are 5 + 10 + 20 + 40 + 80 + 160 + 320 ms; half of that distinguishes pausing from spinning. */
    private static final long PAUSES = TimeUnit.MILLISECONDS.toNanos(635) / 2;

    @Test
    void pausesAndLogsOnceWhenAcceptFails() throws Exception {
        AtomicInteger attempts = new AtomicInteger();
        long start = System.nanoTime();
        try (Logged logged = Logged.of(TlsServer.class, Level.WARN);
                TlsServer server = Servers.echoing()
                        .acceptFilter(source -> () -> {
                            if (attempts.incrementAndGet() <= FAILURES) {
                                throw new IOException(EMFILE);
                            }
                            return source.accept();
                        })
                        .open(Transport.loopback())) {
            Servers.assertServes(server);
            assertEquals(FAILURES, server.statistics().acceptFailures());
            assertTrue(System.nanoTime() - start > PAUSES, "it spins");
            assertEquals(1, logged.lines().size(), logged::toString);
            assertTrue(logged.lines().getFirst().contains(EMFILE), logged::toString);
        }
    }

    /** Simulates a connection that is reset before it is accepted, and a bug in this library. */
    @Test
    void continuesAfterResetsAndFaults() throws Exception {
        AtomicInteger attempts = new AtomicInteger();
        try (TlsServer server = Servers.echoing()
                .acceptFilter(source -> () -> {
                    SocketChannel channel = source.accept();
                    if (attempts.incrementAndGet() == 2) {
                        // The returned channel cannot be registered.
                        channel.close();
                    }
                    return channel;
                })
                .open(Transport.loopback())) {
            Servers.assertServes(server);
            SocketChannel lost = SocketChannel.open(server.localAddress());
            Task.eventually(() -> server.statistics().acceptFailures() == 1);
            lost.close();
            Servers.assertServes(server);
        }
    }

    /** Simulates a class that cannot be loaded for lack of descriptors, before and after a connection is accepted. */
    @Test
    void continuesAfterErrors() throws Exception {
        AtomicInteger attempts = new AtomicInteger();
        try (TlsServer server = Servers.echoing()
                .acceptFilter(source -> () -> switch (attempts.incrementAndGet()) {
                    case 1 -> throw new NoClassDefFoundError("io/parktls/sockets/Missing");
                    case 2 -> throw new IllegalStateException("a mistake of the filter");
                    default -> source.accept();
                })
                .open(Transport.loopback())) {
            Servers.assertServes(server);
            assertEquals(2, server.statistics().acceptFailures());
        }
    }

    /** Runs a server in a process that has only a few descriptors left, and connects more clients than that. */
    @Test
    void survivesTheLackOfDescriptors() throws Exception {
        Process process = new ProcessBuilder(
                        "sh",
                        "-c",
                        "ulimit -n 400; exec \"$0\" -Xmx256m -cp \"$1\" \"$2\"",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        System.getProperty("java.class.path"),
                        FewDescriptors.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        List<SocketChannel> clients = new ArrayList<>();
        try (BufferedReader lines = process.inputReader()) {
            InetSocketAddress address =
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(lines.readLine()));
            for (int i = 0; i < 2 * FewDescriptors.LEFT; i++) {
                clients.add(SocketChannel.open(address));
            }
            assertEquals("cannot accept", lines.readLine());
            for (SocketChannel client : clients) {
                client.close();
            }
            // The other process has its own certificate authorities.
            TlsContext trusting = TestContexts.client(Servers.ENGINE)
                    .trust(TlsTrust.insecure())
                    .build();
            try (TlsSocket socket = TlsSocket.client(trusting, SocketChannel.open(address), TestContexts.HOST, 0)) {
                Servers.assertEchoes(socket);
            }
        } finally {
            process.destroyForcibly();
            for (SocketChannel client : clients) {
                client.close();
            }
        }
    }
}
