package io.parktls.sockets.jsse.engine.contract;

import static io.parktls.sockets.jsse.engine.contract.EngineFact.established;
import static io.parktls.sockets.jsse.engine.contract.EngineFact.shared;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/** Tests the data that {@code wrap} takes after the handshake, and the records that it makes of them. */
final class WrapTest {
    /** The longest data of a record (RFC 8446 5.1). */
    private static final int RECORD = 1 << 14;

    private static final String TEXT = "one two three four";

    @TestFactory
    Stream<DynamicNode> kindsOfBuffers() {
        List<EngineFact> facts = new ArrayList<>();
        for (Buffers source : Buffers.values()) {
            for (Buffers destination : Buffers.values()) {
                facts.add(shared(
                        "from " + source + " to " + destination,
                        session -> wrapped(session, source.with(bytes(TEXT)), destination),
                        TEXT));
            }
            facts.add(shared(
                    "from " + source + ", read-only",
                    session -> wrapped(session, source.with(bytes(TEXT)).asReadOnlyBuffer(), Buffers.HEAP),
                    TEXT));
        }
        return EngineContract.ofBothVersions(facts);
    }

    private static String wrapped(EngineSession session, ByteBuffer source, Buffers kind) throws SSLException {
        ByteBuffer destination = kind.of(session.tested().packetBuffer().capacity());
        CheckedCalls.wrap(session.engine(), source, destination);
        return delivered(session, destination);
    }

    /** Returns what the peer receives with the records in a buffer. */
    private static String delivered(EngineSession session, ByteBuffer records) {
        session.peer().arrive(End.content(records));
        session.pump();
        return session.peer().received();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(ISO_8859_1);
    }

    private static ByteBuffer buffer(String text) {
        return ByteBuffer.wrap(bytes(text));
    }

    @TestFactory
    Stream<DynamicNode> places() {
        return EngineContract.ofBothVersions(List.of(
                shared(
                        "the source keeps its content",
                        session -> {
                            ByteBuffer source = buffer(TEXT);
                            session.tested().wrap(source);
                            return new String(source.array(), ISO_8859_1);
                        },
                        TEXT),
                shared(
                        "a source from its position to its limit",
                        session -> {
                            ByteBuffer source = buffer(TEXT).position(4).limit(7);
                            session.tested().wrap(source);
                            session.pump();
                            return session.peer().received();
                        },
                        "two"),
                shared(
                        "the record begins at the destination's position",
                        session -> {
                            ByteBuffer packet = ByteBuffer.allocate(
                                    session.tested().packetBuffer().capacity() + 3);
                            packet.put(bytes("abc"));
                            CheckedCalls.wrap(session.engine(), buffer(TEXT), packet);
                            byte[] content = End.content(packet);
                            session.peer().arrive(Arrays.copyOfRange(content, 3, content.length));
                            session.pump();
                            return new String(content, 0, 3, ISO_8859_1)
                                    + session.peer().received();
                        },
                        "abc" + TEXT),
                established(
                        "bytes beyond the destination's limit stay",
                        session -> {
                            int size = session.tested().packetBuffer().capacity();
                            ByteBuffer packet = ByteBuffer.allocate(size + 1);
                            packet.put(size, (byte) 'x').limit(size);
                            CheckedCalls.wrap(session.engine(), ByteBuffer.allocate(2 * RECORD), packet);
                            return (char) packet.array()[size];
                        },
                        "x"),
                shared(
                        "two records in one destination",
                        session -> {
                            ByteBuffer packets = ByteBuffer.allocate(
                                    2 * session.tested().packetBuffer().capacity());
                            CheckedCalls.wrap(session.engine(), buffer("one "), packets);
                            CheckedCalls.wrap(session.engine(), buffer("two"), packets);
                            return delivered(session, packets);
                        },
                        "one two"),
                shared(
                        "no data",
                        session -> CheckedCalls.text(session.tested().wrap(ByteBuffer.allocate(0))),
                        "OK 0 0"),
                shared(
                        "no data, then data",
                        session -> {
                            session.tested().wrap(ByteBuffer.allocate(0));
                            return session.sendAndReceive(TEXT);
                        },
                        TEXT)));
    }

    @TestFactory
    Stream<DynamicNode> gathering() {
        return EngineContract.ofBothVersions(List.of(
                shared(
                        "in order",
                        session -> gathered(session, 0, 3, buffer("one "), buffer("two "), buffer("three")),
                        "one two three"),
                shared(
                        "of all kinds",
                        session -> gathered(
                                session,
                                0,
                                4,
                                Buffers.DIRECT.with(bytes("a")),
                                Buffers.HEAP.with(bytes("b")).asReadOnlyBuffer(),
                                Buffers.DIRECT_SLICE.with(bytes("c")),
                                Buffers.HEAP_SLICE.with(bytes("d"))),
                        "abcd"),
                shared(
                        "with empty buffers between",
                        session -> gathered(
                                session, 0, 5, buffer(""), buffer("one "), buffer(""), buffer("two"), buffer("")),
                        "one two"),
                shared(
                        "from an offset",
                        session -> gathered(session, 1, 2, buffer("one "), buffer("two "), buffer("three")),
                        "two three"),
                shared(
                        "up to a length",
                        session -> gathered(session, 0, 2, buffer("one "), buffer("two "), buffer("three")),
                        "one two "),
                shared("no buffers", session -> gathered(session, 0, 0), ""),
                shared(
                        "a length of 0",
                        session -> {
                            ByteBuffer[] sources = {buffer("one "), buffer("two")};
                            return CheckedCalls.text(CheckedCalls.wrap(
                                    session.engine(),
                                    sources,
                                    2,
                                    0,
                                    session.tested().packetBuffer()));
                        },
                        "OK 0 0"),
                shared(
                        "the array without offset and length",
                        session -> {
                            ByteBuffer packet = session.tested().packetBuffer();
                            ByteBuffer[] sources = {buffer("one "), buffer("two")};
                            session.engine().wrap(sources, packet);
                            return delivered(session, packet);
                        },
                        "one two"),
                established(
                        "a buffer is used up before the next one is touched",
                        session -> {
                            ByteBuffer[] sources = {
                                ByteBuffer.allocate(10_000), ByteBuffer.allocate(10_000), ByteBuffer.allocate(10_000)
                            };
                            boolean inOrder = true;
                            while (sources[2].hasRemaining()) {
                                wrapOnce(session, sources);
                                inOrder &= sources[1].position() == 0 || !sources[0].hasRemaining();
                                inOrder &= sources[2].position() == 0 || !sources[1].hasRemaining();
                            }
                            return inOrder;
                        },
                        true)));
    }

    private static String gathered(EngineSession session, int offset, int length, ByteBuffer... sources)
            throws SSLException {
        ByteBuffer packet = session.tested().packetBuffer();
        CheckedCalls.wrap(session.engine(), sources, offset, length, packet);
        return delivered(session, packet);
    }

    private static SSLEngineResult wrapOnce(EngineSession session, ByteBuffer... sources) throws SSLException {
        ByteBuffer packet = session.tested().packetBuffer();
        return CheckedCalls.wrap(session.engine(), sources, 0, sources.length, packet);
    }

    @TestFactory
    Stream<DynamicNode> largeSources() {
        return EngineContract.ofBothVersions(List.of(
                established(
                        "a wrap makes one record at most",
                        session -> {
                            ByteBuffer packets = ByteBuffer.allocate(
                                    4 * session.tested().packetBuffer().capacity());
                            CheckedCalls.wrap(session.engine(), ByteBuffer.allocate(3 * RECORD), packets);
                            packets.flip();
                            return packets.remaining() == 5 + packets.getShort(3);
                        },
                        true),
                established(
                        "a wrap takes a record's data at most",
                        session -> wrapOnce(session, ByteBuffer.allocate(3 * RECORD))
                                        .bytesConsumed()
                                <= RECORD,
                        true),
                established(
                        "a wrap takes something",
                        session -> wrapOnce(session, ByteBuffer.allocate(3 * RECORD))
                                        .bytesConsumed()
                                > 0,
                        true),
                shared(
                        "every byte arrives",
                        session -> {
                            byte[] data = new byte[100_000];
                            for (int i = 0; i < data.length; i++) {
                                data[i] = (byte) (i * 31 >> 3);
                            }
                            ByteArrayOutputStream received = new ByteArrayOutputStream();
                            session.peer().arrive(session.tested().records(data));
                            session.pump();
                            received.writeBytes(bytes(session.peer().received()));
                            return Arrays.equals(data, received.toByteArray());
                        },
                        true)));
    }
}
