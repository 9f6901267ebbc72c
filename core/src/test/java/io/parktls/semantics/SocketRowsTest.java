package io.parktls.semantics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.Interest;
import io.parktls.Waiting;
import io.parktls.bio.Bio;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Lock;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;

/** BLK, and the rows of HS and EOF that need sockets. libssl and ParkTLS use the same kind of socket. */
final class SocketRowsTest {
    /** The sockets of all pairings, in the order in which they were opened. */
    private final List<Loopback> sockets = new ArrayList<>();

    @AfterEach
    void closeSockets() throws IOException {
        for (Loopback pair : sockets) {
            pair.close();
        }
    }

    private Supplier<Bio[]> sockets(boolean blocking) {
        return () -> {
            sockets.add(Loopback.open(blocking));
            return sockets.getLast().bios();
        };
    }

    private SocketChannel clientSocket() {
        return sockets.getLast().client();
    }

    private SocketChannel serverSocket() {
        return sockets.getLast().server();
    }

    private static CompletableFuture<Outcome> async(Supplier<Outcome> call) {
        return CompletableFuture.supplyAsync(call, task -> Thread.ofPlatform().start(task));
    }

    @Row("HS-22")
    @InTls12
    void nonBlockingTls12(Setting setting) {
        Scenario.of(setting).over(sockets(false)).same("C hs:R, S hs:R, C hs:R, S hs:1, C hs:1", Stage::settle);
    }

    @Row("HS-22")
    @InTls13
    void nonBlockingTls13(Setting setting) {
        Scenario.of(setting).over(sockets(false)).same("C hs:R, S hs:R, C hs:1, S hs:1", Stage::settle);
    }

    @Row("BLK-01")
    @InBothVersions
    void oneCallEach(Setting setting) {
        Scenario.of(setting).over(sockets(true)).same("C:1, S:1", stage -> {
            CompletableFuture<Outcome> server = async(stage.server().end()::doHandshake);
            stage.note("C", stage.client().end().doHandshake().verdict());
            stage.note("S", server.get().verdict());
        });
    }

    @Row("BLK-02")
    @Row("EOF-17")
    @InBothVersions
    void peerCloses(Setting setting) {
        Scenario.of(setting).over(sockets(true)).same("read before, C:SSL>50", stage -> {
            CompletableFuture<Outcome> client = async(stage.client().end()::doHandshake);
            // Reads the whole ClientHello, because closing a socket with unread bytes would reset the connection.
            ByteBuffer hello = ByteBuffer.allocate(20_000);
            serverSocket().read(hello);
            while (hello.position() < 5 + hello.getShort(3)) {
                serverSocket().read(hello);
            }
            serverSocket().close();
            Outcome outcome = client.get();
            stage.note(new Step("read before, C", outcome.verdict(), outcome.alert(), outcome.detail()));
        });
        Scenario.of(setting).over(sockets(true)).same("unread, C:SYSCALL", stage -> {
            CompletableFuture<Outcome> client = async(stage.client().end()::doHandshake);
            serverSocket().read(ByteBuffer.allocate(1));
            serverSocket().close();
            stage.note("unread, C", client.get().verdict());
        });
    }

    /** A wait that ends early with an exception. */
    private static final class EndsEarly implements Waiting {
        private final IOException how;

        EndsEarly(IOException how) {
            this.how = how;
        }

        @Override
        public boolean await(Interest interest) throws IOException {
            throw how;
        }

        @Override
        public void acquire(Lock lock) {
            lock.lock();
        }
    }

    @Row(
            value = "BLK-03",
            differs = "A timeout throws a SocketTimeoutException instead of returning WANT_READ. The handshake can be"
                    + " continued afterwards, as with libssl.")
    @InBothVersions
    void timeout(Setting setting) {
        waitEndsEarly(setting, new SocketTimeoutException("too late"));
    }

    @Row(
            value = "BLK-04",
            differs = "An interrupt throws an InterruptedIOException instead of returning WANT_READ. The handshake can"
                    + " be continued afterwards, as with libssl.")
    @InBothVersions
    void interrupt(Setting setting) {
        waitEndsEarly(setting, new InterruptedIOException("interrupted"));
    }

    /** To libssl, a blocking read that has timed out or was interrupted is a transport without data. */
    private static void waitEndsEarly(Setting setting, IOException how) {
        Scenario.of(setting).run(stage -> {
            if (stage.client().end() instanceof ParkTlsEnd ours) {
                IOException thrown =
                        assertThrows(IOException.class, () -> ours.connection().doHandshake(new EndsEarly(how)));
                assertEquals(how, thrown);
            } else {
                assertEquals("R", stage.client().end().doHandshake().verdict());
            }
            assertTrue(stage.establish().isDone());
        });
    }

    @Row("BLK-05")
    @InBothVersions
    void anotherThreadShutsTheSocket(Setting setting) {
        Scenario.of(setting).over(sockets(true)).same("C:SSL>50", stage -> {
            CompletableFuture<Outcome> client = async(stage.client().end()::doHandshake);
            serverSocket().read(ByteBuffer.allocate(1));
            clientSocket().shutdownInput();
            Outcome outcome = client.get();
            stage.note(new Step("C", outcome.verdict(), outcome.alert(), outcome.detail()));
        });
    }

    @Row(value = "BLK-06", differs = ReadRowsTest.PASSES_OVER)
    @Row("BLK-07")
    @InTls13
    void blockingReadPassesOverTickets(Setting setting) {
        Scenario.of(setting).over(sockets(true)).same("C read:100", stage -> {
            CompletableFuture<Outcome> server = async(() -> {
                stage.server().end().doHandshake();
                return stage.server().end().write(Actor.bytes(100));
            });
            stage.client().read(100);
            server.get();
        });
        // Without AUTO_RETRY a ticket ends libssl's read. ParkTLS skips it in any case.
        Scenario.of(setting)
                .libsslClient(client -> client.clearMode(io.parktls.openssl.SslContext.AUTO_RETRY))
                .run(stage -> {
                    stage.settle();
                    stage.server().end().write(Actor.bytes(100));
                    boolean ticketFirst =
                            !stage.pairing().isServerOurs() && !stage.pairing().isClientOurs();
                    Outcome read = stage.client().end().read(100);
                    if (ticketFirst || stage.pairing().isClientOurs()) {
                        assertEquals(ticketFirst ? "R" : "100", read.verdict());
                    }
                });
    }

    @Row("BIO-12")
    @InTls13
    void nonBlockingSocket(Setting setting) throws IOException {
        try (Loopback pair = Loopback.open(false)) {
            Bio bio = Bio.of(pair.client());
            assertEquals(0, bio.read(ByteBuffer.allocate(10)));
            ByteBuffer much = ByteBuffer.allocate(1 << 20);
            while (bio.write(much) > 0) {
                much.clear();
            }
            assertEquals(0, bio.write(much));
        }
    }

    @Row("BIO-13")
    @InTls13
    void closedSocket(Setting setting) throws IOException {
        try (Loopback pair = Loopback.open(true)) {
            Bio bio = Bio.of(pair.client());
            pair.server().shutdownOutput();
            assertEquals(-1, bio.read(ByteBuffer.allocate(10)));
            pair.server().close();
            assertThrows(IOException.class, () -> {
                for (int i = 0; i < 1_000; i++) {
                    bio.write(ByteBuffer.allocate(10_000));
                }
            });
            pair.client().close();
            assertThrows(IOException.class, () -> bio.read(ByteBuffer.allocate(10)));
        }
    }

    @Row("BIO-19")
    @InTls13
    void blockingSocketAsksForNoRetry(Setting setting) throws IOException {
        try (Loopback pair = Loopback.open(true)) {
            CompletableFuture<Integer> read = CompletableFuture.supplyAsync(() -> {
                try {
                    return Bio.of(pair.client()).read(ByteBuffer.allocate(10));
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            assertEquals(3, Bio.of(pair.server()).write(ByteBuffer.allocate(3)));
            assertEquals(3, read.join());
        }
    }
}
