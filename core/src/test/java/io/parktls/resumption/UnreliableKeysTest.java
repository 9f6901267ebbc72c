package io.parktls.resumption;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.TlsStatus;
import io.parktls.TlsTicketRefusal;
import io.parktls.TlsVersion;
import io.parktls.engine.EngineEnd;
import io.parktls.engine.ForeignCodeBoundary;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Ticket keys of applications that fail, wait or return nonsense: the handshake goes on without tickets. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class UnreliableKeysTest {
    /** The behaviour of a method of the keys. */
    private interface Fault {
        byte @Nullable [] of(byte[] input);
    }

    /** Keys with a fault. They wait or not, because the two ways of calling them handle failures differently. */
    private static final class Faulty extends PlainKeys {
        private final @Nullable Fault sealing;
        private final @Nullable Fault opening;
        private final boolean waits;

        Faulty(@Nullable Fault sealing, @Nullable Fault opening, boolean waits) {
            this.sealing = sealing;
            this.opening = opening;
            this.waits = waits;
        }

        @Override
        @SuppressWarnings("NullAway") // A faulty implementation may return null.
        public byte[] seal(byte[] state, byte[] associatedData, Instant now) {
            return sealing == null ? super.seal(state, associatedData, now) : sealing.of(state);
        }

        @Override
        @SuppressWarnings("NullAway") // A faulty implementation may return null.
        public Opened open(byte[] ticket, byte[] associatedData, Instant now) {
            return opening == null
                    ? super.open(ticket, associatedData, now)
                    : new Opened(Opened.Result.OPENED, opening.of(ticket));
        }

        @Override
        public boolean mayWait() {
            return waits;
        }
    }

    private static byte[] fail(Throwable failure) {
        throw UnreliableKeysTest.<RuntimeException>unchecked(failure);
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // The compiler does not see what is thrown.
    private static <T extends Throwable> T unchecked(Throwable failure) throws T {
        throw (T) failure;
    }

    static Stream<Arguments> sealing() {
        return faults(Stream.of(
                Arguments.of("RuntimeException", (Fault) state -> fail(new IllegalStateException("no key"))),
                Arguments.of("checked exception", (Fault) state -> fail(new java.io.IOException("no key"))),
                Arguments.of("Error", (Fault) state -> fail(new NoClassDefFoundError("no key"))),
                Arguments.of("null", (Fault) state -> null),
                Arguments.of("an empty ticket", (Fault) state -> new byte[0]),
                Arguments.of("a ticket over a record", (Fault) state -> Arrays.copyOf(state, 20_000)),
                Arguments.of("a ticket over its length field", (Fault) state -> new byte[65_536])));
    }

    static Stream<Arguments> opening() {
        return faults(Stream.of(
                Arguments.of("RuntimeException", (Fault) ticket -> fail(new IllegalStateException("no key"))),
                Arguments.of("checked exception", (Fault) ticket -> fail(new java.io.IOException("no key"))),
                Arguments.of("Error", (Fault) ticket -> fail(new NoClassDefFoundError("no key"))),
                Arguments.of("null", (Fault) ticket -> null),
                Arguments.of("nothing", (Fault) ticket -> new byte[0]),
                Arguments.of("zeros", (Fault) ticket -> new byte[ticket.length]),
                Arguments.of("half of it", (Fault) ticket -> Arrays.copyOf(ticket, ticket.length / 2)),
                Arguments.of("too much", (Fault) ticket -> Arrays.copyOf(ticket, ticket.length + 1))));
    }

    private static Stream<Arguments> faults(Stream<Arguments> faults) {
        return faults.flatMap(fault -> Stream.of(TlsVersion.values())
                .flatMap(version -> Stream.of(true, false)
                        .map(waits -> Arguments.of(fault.get()[0], version, waits, fault.get()[1]))));
    }

    @ParameterizedTest(name = "{0}, {1}, waits: {2}")
    @MethodSource
    void sealing(String name, TlsVersion version, boolean waits, Fault fault) throws SSLException {
        Endpoints ends = new Endpoints(version).server(builder -> builder.ticketKeys(new Faulty(fault, null, waits)));
        Endpoints.assertData(ends.assertNotResumed());
        assertEquals(0, ends.cache().size(), "the client has got no ticket");
    }

    @ParameterizedTest(name = "{0}, {1}, waits: {2}")
    @MethodSource
    void opening(String name, TlsVersion version, boolean waits, Fault fault) throws SSLException {
        Endpoints ends = new Endpoints(version).server(builder -> builder.ticketKeys(new Faulty(null, fault, waits)));
        ends.start();
        ends.connect();
        assertEquals(1, ends.server.sessionStatistics().offered());
        assertEquals(0, ends.server.sessionStatistics().resumed());
        TlsTicketRefusal reason = Endpoints.refusals(ends.server).getFirst();
        assertTrue(reason == TlsTicketRefusal.UNKNOWN_KEY || reason == TlsTicketRefusal.MALFORMED, reason::toString);
    }

    /** A state of which one byte is altered may be valid, but never ends the handshake with anything but an alert. */
    @ParameterizedTest
    @EnumSource
    void alteredStates(TlsVersion version) throws SSLException {
        Endpoints ends = new Endpoints(version).server(builder -> builder.ticketKeys(new PlainKeys()));
        ends.start();
        int length = ends.sessions().getFirst().ticket().length;
        for (int i = 0; i < length; i++) {
            int at = i;
            ends.cache().clear();
            ends.connect();
            ends.alterTickets(ticket -> {
                byte[] altered = ticket.clone();
                altered[at] ^= (byte) 0x81;
                return altered;
            });
            try {
                Endpoints.assertData(ends.connect());
            } catch (SSLException expected) {
                // The state has another secret, so the binder or the Finished message is wrong.
                assertFalse(ends.cache().size() > 1, "the failed session is dropped");
            }
        }
    }

    // ---- waiting

    /** Notes whether the keys are called inside the boundary of foreign code. */
    private static final class Boundary implements ForeignCodeBoundary {
        private boolean inside;
        private int calls;

        @Override
        public void beforeForeignCode() {
            inside = true;
            calls++;
        }

        @Override
        public void afterForeignCode() {
            inside = false;
        }
    }

    @ParameterizedTest
    @EnumSource
    void keysThatWaitRunInsideTheBoundary(TlsVersion version) throws SSLException {
        Boundary boundary = new Boundary();
        UnaryOperator<byte[]> insideOnly = bytes -> {
            if (!boundary.inside) {
                throw new IllegalStateException("called while the handshake holds its place");
            }
            return bytes.clone();
        };
        Endpoints ends = new Endpoints(version)
                .server(builder -> builder.ticketKeys(new Faulty(insideOnly::apply, insideOnly::apply, true)));
        connect(ends, boundary);
        assertEquals(true, boundary.calls > 0);
        assertEquals(true, ends.cache().size() > 0, "a ticket was sealed");
        connect(ends, boundary);
        assertEquals(1, ends.server.sessionStatistics().resumed(), "a ticket was opened");
        assertEquals(false, boundary.inside);
    }

    /** The rest of a handshake is light only if it calls no foreign code, see TlsEngine.isHandshakeLight. */
    @ParameterizedTest
    @EnumSource
    void noStepThatSealsWithKeysThatWaitIsLight(TlsVersion version) throws SSLException {
        Boundary boundary = new Boundary();
        Endpoints ends = new Endpoints(version).server(builder -> builder.ticketKeys(new Faulty(null, null, true)));
        for (int i = 0; i < 2; i++) {
            EngineEnd client = ends.clientEnd();
            EngineEnd server = ends.serverEnd();
            boolean done = false;
            while (!done) {
                client.handshake();
                server.receiveFrom(client);
                boolean light = server.engine().isHandshakeLight();
                int before = boundary.calls;
                done = handshake(server, boundary) == TlsStatus.OK;
                assertFalse(light && boundary.calls > before, "a light step has called foreign code");
                client.receiveFrom(server);
            }
        }
    }

    private static void connect(Endpoints ends, Boundary boundary) throws SSLException {
        EngineEnd client = ends.clientEnd();
        EngineEnd server = ends.serverEnd();
        boolean done = false;
        for (int turn = 0; !done; turn++) {
            assertTrue(turn < 100, "the handshake does not end");
            boolean clientDone = client.handshake() == TlsStatus.OK;
            server.receiveFrom(client);
            done = handshake(server, boundary) == TlsStatus.OK && clientDone;
            client.receiveFrom(server);
        }
        client.readNothing();
    }

    private static TlsStatus handshake(EngineEnd server, ForeignCodeBoundary boundary) throws SSLException {
        ByteBuffer in = server.in();
        return server.engine().handshake(in, server.out(), boundary);
    }
}
