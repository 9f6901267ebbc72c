package io.parktls.bench.storm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.bench.jmh.stack.KeyKind;
import io.parktls.bench.jmh.stack.Pki;
import io.parktls.bench.server.ServerKey;
import io.parktls.bench.server.ServerKind;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests the clients with plain TCP. The server is in this JVM. */
@Timeout(300)
class StormClientsTest {
    private static final ClientTask CALM = task(ClientTask.Phase.CALM, 200);
    private static final ClientTask STORM = task(ClientTask.Phase.STORM, 200);
    private static final int ECHOES = 3;

    private final AtomicInteger connected = new AtomicInteger();
    private final AtomicInteger bytes = new AtomicInteger();
    private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();
    private static int port;

    @BeforeAll
    static void listen() throws IOException {
        port = ServerKind.TCP.listen(ServerKey.of(Pki.of(KeyKind.ECDSA_P256)));
    }

    @AfterEach
    void close() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    @Test
    void inTheCalmOnlyTheEstablishedConnectionsEcho() throws Exception {
        StormClients clients = StormClients.establish(this::connect, ECHOES, 5);

        Observation observation =
                run(clients, ClientTask.Phase.CALM, seen -> seen.echoes().count() >= ECHOES);

        assertEquals(0, observation.handshakesPerSecond());
        assertEquals(ECHOES, connected.get());
    }

    @Test
    void inTheStormOthersConnectMeanwhile() throws Exception {
        StormClients clients = StormClients.establish(this::connect, ECHOES, 5);

        Observation observation = run(
                clients,
                ClientTask.Phase.STORM,
                seen -> seen.echoes().count() >= ECHOES && seen.handshakesPerSecond() > 0);

        assertEquals(0, observation.failures());
        assertTrue(connected.get() > ECHOES);
    }

    @Test
    void betweenTasksNothingHappens() throws Exception {
        StormClients clients = StormClients.establish(this::connect, ECHOES, 5);
        for (ClientTask task : new ClientTask[] {STORM, CALM, STORM}) {
            clients.run(task);
            int connectedBefore = connected.get();
            int bytesBefore = bytes.get();
            TimeUnit.MILLISECONDS.sleep(100);

            assertEquals(connectedBefore, connected.get());
            assertEquals(bytesBefore, bytes.get());
        }
    }

    @Test
    void clientsOfTheStormThatFailAreCounted() throws Exception {
        StormClients clients = StormClients.establish(
                () -> {
                    Socket socket = connect();
                    if (connected.get() == ECHOES + 1) {
                        socket.close();
                    }
                    return socket;
                },
                ECHOES,
                5);

        assertEquals(
                1,
                run(clients, ClientTask.Phase.STORM, seen -> seen.failures() > 0)
                        .failures());
    }

    /** Its echoes would be missing from the figures. */
    @Test
    void anEstablishedConnectionMustNotFail() throws Exception {
        StormClients clients = StormClients.establish(this::connect, ECHOES, 5);
        sockets.element().close();

        assertThrows(IOException.class, () -> clients.run(STORM));

        int before = connected.get();
        TimeUnit.MILLISECONDS.sleep(100);
        assertEquals(before, connected.get(), "the storm is over");
    }

    private static ClientTask task(ClientTask.Phase phase, long millis) {
        return new ClientTask(phase, Duration.ofMillis(millis));
    }

    /** On a busy machine little may happen in a short time: then the task is repeated for a longer time. */
    private static Observation run(StormClients clients, ClientTask.Phase phase, Predicate<Observation> enough)
            throws Exception {
        for (long millis = 200; ; millis *= 4) {
            Observation observation = clients.run(task(phase, millis));
            if (enough.test(observation)) {
                return observation;
            }
            assertTrue(millis < 60_000, "too little happens in " + millis + " ms: " + observation);
        }
    }

    private Socket connect() throws IOException {
        Socket socket = new CountedSocket();
        connected.incrementAndGet();
        if (sockets.size() < ECHOES) {
            sockets.add(socket);
        }
        return socket;
    }

    /** Counts the received bytes. */
    private final class CountedSocket extends Socket {
        CountedSocket() throws IOException {
            super(InetAddress.getLoopbackAddress(), port);
        }

        @Override
        public InputStream getInputStream() throws IOException {
            return new FilterInputStream(super.getInputStream()) {
                @Override
                public int read() throws IOException {
                    bytes.incrementAndGet();
                    return super.read();
                }

                @Override
                public int read(byte[] buffer, int from, int length) throws IOException {
                    int n = super.read(buffer, from, length);
                    bytes.addAndGet(n);
                    return n;
                }
            };
        }
    }
}
