package io.parktls.sockets.jsse.engine.contract;

import static io.parktls.sockets.jsse.engine.contract.EngineFact.established;
import static io.parktls.sockets.jsse.engine.contract.EngineFact.fact;
import static io.parktls.sockets.jsse.engine.contract.EngineFact.shared;
import static io.parktls.sockets.jsse.engine.contract.EngineFact.unused;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.sockets.jsse.contract.Credentials;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/** Tests the records that {@code unwrap} takes, and the data that it makes of them. */
final class UnwrapTest {
    private static final String TEXT = "one two three four";

    @TestFactory
    Stream<DynamicNode> kindsOfBuffers() {
        List<EngineFact> facts = new ArrayList<>();
        for (Buffers source : Buffers.values()) {
            for (Buffers destination : Buffers.values()) {
                facts.add(shared(
                        "from " + source + " to " + destination,
                        session -> unwrapped(session, source.with(session.peer().records(TEXT)), destination),
                        TEXT));
            }
            facts.add(shared(
                    "from " + source + ", read-only",
                    session -> unwrapped(
                            session, source.with(session.peer().records(TEXT)).asReadOnlyBuffer(), Buffers.HEAP),
                    TEXT));
        }
        return EngineContract.ofBothVersions(facts);
    }

    private static String unwrapped(EngineSession session, ByteBuffer source, Buffers kind) throws SSLException {
        ByteBuffer destination = kind.of(session.tested().applicationBuffer().capacity());
        CheckedCalls.unwrap(session.engine(), source, destination);
        return text(destination);
    }

    private static String text(ByteBuffer filled) {
        return new String(End.content(filled), ISO_8859_1);
    }

    @TestFactory
    Stream<DynamicNode> places() {
        return EngineContract.ofBothVersions(List.of(
                shared(
                        "the data begins at the destination's position",
                        session -> {
                            ByteBuffer data = session.tested().applicationBuffer();
                            ByteBuffer larger = ByteBuffer.allocate(data.capacity() + 3);
                            larger.put("abc".getBytes(ISO_8859_1));
                            CheckedCalls.unwrap(
                                    session.engine(),
                                    ByteBuffer.wrap(session.peer().records(TEXT)),
                                    larger);
                            return text(larger);
                        },
                        "abc" + TEXT),
                shared(
                        "the record begins at the source's position",
                        session -> {
                            byte[] record = session.peer().records(TEXT);
                            ByteBuffer source = ByteBuffer.allocate(record.length + 6);
                            source.position(3).put(record).flip().position(3);
                            return unwrapped(session, source, Buffers.HEAP);
                        },
                        TEXT),
                shared(
                        "bytes beyond the destination's limit stay",
                        session -> {
                            int size = session.tested().applicationBuffer().capacity();
                            ByteBuffer data = ByteBuffer.allocate(size + 1);
                            data.put(size, (byte) 'x').limit(size);
                            CheckedCalls.unwrap(
                                    session.engine(),
                                    ByteBuffer.wrap(session.peer().records(TEXT)),
                                    data);
                            return (char) data.array()[size];
                        },
                        "x"),
                shared(
                        "the source is used up",
                        session -> {
                            byte[] record = session.peer().records(TEXT);
                            session.tested().arrive(record);
                            return CheckedCalls.text(session.tested().unwrap())
                                    .equals("OK " + record.length + " " + TEXT.length());
                        },
                        true)));
    }

    @TestFactory
    Stream<DynamicNode> scattering() {
        return EngineContract.ofBothVersions(List.of(
                shared("in order", session -> scattered(session, 0, 3, 4, 4, 17_000), "one /two /three four"),
                shared(
                        "with empty buffers between",
                        session -> scattered(session, 0, 5, 0, 4, 0, 4, 17_000),
                        "/one //two /three four"),
                shared("from an offset", session -> scattered(session, 1, 2, 4, 4, 17_000), "/one /two three four"),
                shared("up to a length", session -> scattered(session, 0, 2, 4, 17_000, 4), "one /two three four/"),
                shared(
                        "to buffers of all kinds",
                        session -> {
                            ByteBuffer[] destinations = {
                                Buffers.DIRECT.of(4),
                                Buffers.HEAP_SLICE.of(4),
                                Buffers.DIRECT_SLICE.of(6),
                                Buffers.HEAP.of(17_000)
                            };
                            return scattered(session, 0, 4, destinations);
                        },
                        "one /two /three /four"),
                shared(
                        "the array without offset and length",
                        session -> {
                            ByteBuffer[] destinations = {ByteBuffer.allocate(4), ByteBuffer.allocate(17_000)};
                            session.engine()
                                    .unwrap(ByteBuffer.wrap(session.peer().records(TEXT)), destinations);
                            return text(destinations[0]) + "/" + text(destinations[1]);
                        },
                        "one /two three four")));
    }

    private static String scattered(EngineSession session, int offset, int length, int... sizes) throws SSLException {
        return scattered(
                session,
                offset,
                length,
                Arrays.stream(sizes).mapToObj(ByteBuffer::allocate).toArray(ByteBuffer[]::new));
    }

    private static String scattered(EngineSession session, int offset, int length, ByteBuffer[] destinations)
            throws SSLException {
        ByteBuffer source = ByteBuffer.wrap(session.peer().records(TEXT));
        CheckedCalls.unwrap(session.engine(), source, destinations, offset, length);
        return String.join(
                "/", Arrays.stream(destinations).map(UnwrapTest::text).toList());
    }

    @TestFactory
    Stream<DynamicNode> pieces() {
        return EngineContract.ofBothVersions(List.of(
                shared("no bytes", session -> CheckedCalls.text(session.tested().unwrap()), "BUFFER_UNDERFLOW 0 0"),
                established("part of a header", session -> part(session, 4), "BUFFER_UNDERFLOW 0 0"),
                established("a header", session -> part(session, 5), "BUFFER_UNDERFLOW 0 0"),
                established("a header and a byte", session -> part(session, 6), "BUFFER_UNDERFLOW 0 0"),
                shared(
                        "all bytes but one",
                        session -> {
                            byte[] record = session.peer().records(TEXT);
                            session.tested().arrive(Arrays.copyOf(record, record.length - 1));
                            String first = CheckedCalls.text(session.tested().unwrap());
                            session.tested().arrive(new byte[] {record[record.length - 1]});
                            session.tested().unwrap();
                            return first + ", " + session.tested().received();
                        },
                        "BUFFER_UNDERFLOW 0 0, " + TEXT),
                established(
                        "byte by byte",
                        session -> {
                            session.tested().receiveInPieces(1);
                            return session.reply(TEXT);
                        },
                        TEXT),
                fact(
                        "the handshake byte by byte",
                        s -> {
                            EngineSession session = s.pair().connect();
                            session.tested().receiveInPieces(1);
                            return session.handshake().reply(TEXT);
                        },
                        TEXT),
                fact(
                        "the handshake in pieces of 100 bytes",
                        s -> {
                            EngineSession session = s.pair().connect();
                            session.tested().receiveInPieces(100);
                            return session.handshake().reply(TEXT);
                        },
                        TEXT),
                shared(
                        "one record with each call",
                        session -> {
                            byte[] first = session.peer().records("one ");
                            byte[] second = session.peer().records("two");
                            session.tested().arrive(first);
                            session.tested().arrive(second);
                            int consumed = session.tested().unwrap().bytesConsumed();
                            int then = session.tested().unwrap().bytesConsumed();
                            return (consumed == first.length) + " " + (then == second.length) + " "
                                    + session.tested().received();
                        },
                        "true true one two"),
                shared(
                        "a record and part of the next one",
                        session -> {
                            session.tested().arrive(session.peer().records("one "));
                            byte[] second = session.peer().records("two");
                            session.tested().arrive(Arrays.copyOf(second, 10));
                            Status first = session.tested().unwrap().getStatus();
                            Status next = session.tested().unwrap().getStatus();
                            session.tested().arrive(Arrays.copyOfRange(second, 10, second.length));
                            session.tested().unwrap();
                            return first + " " + next + " " + session.tested().received();
                        },
                        "OK BUFFER_UNDERFLOW one two"),
                shared(
                        "100 records at once",
                        session -> {
                            for (int i = 0; i < 100; i++) {
                                session.peer().send("x");
                            }
                            session.pump();
                            return session.tested().received().length();
                        },
                        100)));
    }

    @TestFactory
    Stream<DynamicNode> flights() {
        return EngineContract.ofBothRoles(List.of(
                unused(
                        "data behind the peer's last flight in one buffer",
                        session -> {
                            session.begin();
                            while (session.peer().count(HandshakeStatus.FINISHED) == 0) {
                                session.peer().step();
                                if (session.peer().count(HandshakeStatus.FINISHED) == 0) {
                                    session.tested().step();
                                }
                            }
                            session.peer().send("at once");
                            session.pump();
                            return session.tested().received();
                        },
                        "at once"),
                unused(
                                "a ClientHello in several records",
                                session -> {
                                    session.begin();
                                    while (session.client().step()) {
                                        // The client sends its hello.
                                    }
                                    byte[] hello = session.server().intercept();
                                    int half = (hello.length - 5) / 2;
                                    session.server().arrive(record(hello, 5, half));
                                    session.server().arrive(record(hello, 5 + half, hello.length - 5 - half));
                                    session.pump();
                                    return session.reply(TEXT);
                                },
                                TEXT)
                        .as(Role.SERVER),
                fact(
                        "a flight that is longer than a record",
                        s -> s.pair()
                                .serverHas(Credentials.of(TestPki.chain(KeyKind.ECDSA_P256, 36)))
                                .established()
                                .reply(TEXT),
                        TEXT)));
    }

    /** Returns a handshake record with part of another one. */
    private static byte[] record(byte[] bytes, int from, int length) {
        return ByteBuffer.allocate(5 + length)
                .put(bytes, 0, 3)
                .putShort((short) length)
                .put(bytes, from, length)
                .array();
    }

    private static String part(EngineSession session, int length) throws SSLException {
        session.tested().arrive(Arrays.copyOf(session.peer().records(TEXT), length));
        return CheckedCalls.text(session.tested().unwrap());
    }
}
