package io.parktls.bench.storm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.Closeable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients of plain TCP in this JVM, and their server too. */
@Timeout(300)
class StormClientsTest {
    private static final Order CALM = order(Order.Weather.CALM, 200);
    private static final Order STORM = order(Order.Weather.STORM, 200);
    private static final int ECHOES = 3;

    private final AtomicInteger connected = new AtomicInteger();
    private final AtomicInteger bytes = new AtomicInteger();
    private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();
    private Contender.Running server;

    @BeforeEach
    void listen() throws IOException {
        server = Contender.TCP.listen(new StormKey(Path.of("none")));
    }

    @AfterEach
    void close() throws IOException {
        try (Closeable _ = server.server()) {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    @Test
    void inCalmOnlyTheEstablishedOnesEcho() throws Exception {
        StormClients clients = StormClients.establish(this::connect, ECHOES, 5);

        Observation observation =
                obey(clients, Order.Weather.CALM, seen -> seen.echoes().count() >= ECHOES);

        assertEquals(0, observation.handshakesPerSecond());
        assertEquals(ECHOES, connected.get());
    }

    @Test
    void inAStormOthersConnectMeanwhile() throws Exception {
        StormClients clients = StormClients.establish(this::connect, ECHOES, 5);

        Observation observation = obey(
                clients,
                Order.Weather.STORM,
                seen -> seen.echoes().count() >= ECHOES && seen.handshakesPerSecond() > 0);

        assertEquals(0, observation.failures());
        assertTrue(connected.get() > ECHOES);
    }

    @Test
    void betweenOrdersNothingHappens() throws Exception {
        StormClients clients = StormClients.establish(this::connect, ECHOES, 5);
        for (Order order : new Order[] {STORM, CALM, STORM}) {
            clients.obey(order);
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
                obey(clients, Order.Weather.STORM, seen -> seen.failures() > 0).failures());
    }

    /** It would be missing from the figures. */
    @Test
    void anEstablishedConnectionMustNotFail() throws Exception {
        StormClients clients = StormClients.establish(this::connect, ECHOES, 5);
        sockets.element().close();

        assertThrows(IOException.class, () -> clients.obey(STORM));

        int before = connected.get();
        TimeUnit.MILLISECONDS.sleep(100);
        assertEquals(before, connected.get(), "the storm is over");
    }

    private static Order order(Order.Weather weather, long millis) {
        return new Order(weather, Duration.ofMillis(millis));
    }

    /** On a busy machine little may happen in a short time: then the order is given again, for longer. */
    private static Observation obey(StormClients clients, Order.Weather weather, Predicate<Observation> enough)
            throws Exception {
        for (long millis = 200; ; millis *= 4) {
            Observation observation = clients.obey(order(weather, millis));
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

    /** Tells of the bytes that come. */
    private final class CountedSocket extends Socket {
        CountedSocket() throws IOException {
            super(Contender.HOST, server.port());
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
