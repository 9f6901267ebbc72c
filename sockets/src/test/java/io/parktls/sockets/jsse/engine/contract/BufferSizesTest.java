package io.parktls.sockets.jsse.engine.contract;

import static io.parktls.sockets.jsse.engine.contract.EngineFact.established;
import static io.parktls.sockets.jsse.engine.contract.EngineFact.fact;
import static io.parktls.sockets.jsse.engine.contract.EngineFact.shared;
import static io.parktls.sockets.jsse.engine.contract.EngineFact.unused;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/** Buffers that are too small, and the sizes that are always enough. */
final class BufferSizesTest {
    private static final int RECORD = 1 << 14;
    private static final String TEXT = "one two three four";

    @TestFactory
    Stream<DynamicNode> smallPackets() {
        return EngineContract.ofBothVersions(List.of(
                shared("wrap into no bytes", session -> wrap(session, 0), "BUFFER_OVERFLOW 0 0"),
                shared("wrap into a byte", session -> wrap(session, 1), "BUFFER_OVERFLOW 0 0"),
                shared(
                        "wrap into the size of the data",
                        session -> wrap(session, TEXT.length()),
                        "BUFFER_OVERFLOW 0 0"),
                shared(
                        "wrap again and again, then into enough",
                        session -> {
                            ByteBuffer source = ByteBuffer.wrap(TEXT.getBytes(ISO_8859_1));
                            for (int size = 0; size < 5; size++) {
                                CheckedCalls.wrap(session.engine(), source, ByteBuffer.allocate(size));
                            }
                            session.tested().wrap(source);
                            session.pump();
                            return session.peer().received();
                        },
                        TEXT),
                unused(
                        "the first message into a byte",
                        session -> {
                            session.begin();
                            return wrapIfNeeded(session, 1);
                        },
                        "BUFFER_OVERFLOW 0 0"),
                fact(
                        "each message of a handshake into a byte first",
                        s -> {
                            EngineSession session = s.pair().connect();
                            session.begin();
                            int overflows = 0;
                            do {
                                if (session.engine().getHandshakeStatus() == HandshakeStatus.NEED_WRAP
                                        && !wrapIfNeeded(session, 1).startsWith("OK")) {
                                    overflows++;
                                }
                            } while (session.tested().step() | session.peer().step());
                            return (overflows > 0) + " " + session.sendAndReceive(TEXT);
                        },
                        "true " + TEXT),
                established(
                        "close_notify into a byte, then into enough",
                        session -> {
                            session.engine().closeOutbound();
                            String first = wrapIfNeeded(session, 1);
                            SSLEngineResult second = session.tested().wrap();
                            return first + ", " + second.getStatus() + " " + (second.bytesProduced() > 0);
                        },
                        "BUFFER_OVERFLOW 0 0, CLOSED true")));
    }

    private static String wrap(EngineSession session, int room) throws SSLException {
        return CheckedCalls.text(CheckedCalls.wrap(
                session.engine(), ByteBuffer.wrap(TEXT.getBytes(ISO_8859_1)), ByteBuffer.allocate(room)));
    }

    /** Wraps without data into a small buffer. A server that waits for the client's hello has nothing to wrap. */
    private static String wrapIfNeeded(EngineSession session, int room) throws SSLException {
        while (session.engine().getHandshakeStatus() != HandshakeStatus.NEED_WRAP) {
            session.peer().step();
            session.tested().step();
        }
        return CheckedCalls.text(
                CheckedCalls.wrap(session.engine(), ByteBuffer.allocate(0), ByteBuffer.allocate(room)));
    }

    @TestFactory
    Stream<DynamicNode> smallDestinations() {
        return EngineContract.ofBothVersions(List.of(
                shared("unwrap into no bytes", session -> unwrap(session, 0), "BUFFER_OVERFLOW 0 0, then " + TEXT),
                shared("unwrap into a byte", session -> unwrap(session, 1), "BUFFER_OVERFLOW 0 0, then " + TEXT),
                shared(
                        "unwrap into a byte less than the data",
                        session -> unwrap(session, TEXT.length() - 1),
                        "BUFFER_OVERFLOW 0 0, then " + TEXT),
                shared("unwrap into no buffers", session -> unwrap(session), "BUFFER_OVERFLOW 0 0, then " + TEXT),
                shared(
                        "unwrap into several buffers that are too small",
                        session -> unwrap(session, 4, 0, 4, 9),
                        "BUFFER_OVERFLOW 0 0, then " + TEXT),
                shared(
                        "unwrap again and again, then into enough",
                        session -> {
                            session.peer().send(TEXT);
                            byte[] record = session.tested().intercept();
                            for (int size = 0; size < TEXT.length(); size++) {
                                CheckedCalls.unwrap(
                                        session.engine(), ByteBuffer.wrap(record.clone()), ByteBuffer.allocate(size));
                            }
                            session.tested().arrive(record);
                            session.pump();
                            return session.tested().received();
                        },
                        TEXT),
                shared(
                        "the same source again after an overflow",
                        session -> {
                            ByteBuffer source = ByteBuffer.wrap(session.peer().records(TEXT));
                            CheckedCalls.unwrap(session.engine(), source, ByteBuffer.allocate(3));
                            ByteBuffer data = session.tested().applicationBuffer();
                            CheckedCalls.unwrap(session.engine(), source, data);
                            return new String(End.content(data), ISO_8859_1);
                        },
                        TEXT),
                fact(
                        "the messages of a handshake need no room",
                        s -> {
                            EngineSession session = s.pair().connect();
                            session.begin();
                            while (session.tested().count(HandshakeStatus.FINISHED) == 0) {
                                session.peer().step();
                                if (session.engine().getHandshakeStatus() == HandshakeStatus.NEED_UNWRAP) {
                                    ByteBuffer source =
                                            ByteBuffer.wrap(session.tested().intercept());
                                    SSLEngineResult result =
                                            CheckedCalls.unwrap(session.engine(), source, ByteBuffer.allocate(0));
                                    session.tested().arrive(End.content(source.compact()));
                                    if (result.getStatus() == Status.BUFFER_OVERFLOW
                                            || result.getHandshakeStatus() == HandshakeStatus.FINISHED) {
                                        return result.getStatus();
                                    }
                                } else {
                                    session.tested().step();
                                }
                            }
                            return "OK";
                        },
                        "OK")));
    }

    @TestFactory
    Stream<DynamicNode> maximumPacketSize() {
        return EngineContract.ofBothVersions(List.of(fact(
                "records are not longer than the parameters' maximum",
                s -> {
                    EngineSession session = s.pair()
                            .tested(engine -> {
                                SSLParameters parameters = engine.getSSLParameters();
                                parameters.setMaximumPacketSize(4_096);
                                engine.setSSLParameters(parameters);
                            })
                            .established();
                    ByteBuffer data = ByteBuffer.allocate(20_000);
                    int longest = 0;
                    while (data.hasRemaining()) {
                        longest = Math.max(longest, session.tested().wrap(data).bytesProduced());
                    }
                    session.pump();
                    return (longest <= 4_096) + " " + session.peer().received().length();
                },
                "true 20000")));
    }

    private static String unwrap(EngineSession session, int... rooms) throws SSLException {
        ByteBuffer[] destinations = new ByteBuffer[rooms.length];
        for (int i = 0; i < rooms.length; i++) {
            destinations[i] = ByteBuffer.allocate(rooms[i]);
        }
        byte[] record = session.peer().records(TEXT);
        SSLEngineResult result = CheckedCalls.unwrap(
                session.engine(), ByteBuffer.wrap(record.clone()), destinations, 0, destinations.length);
        session.tested().arrive(record);
        session.pump();
        return CheckedCalls.text(result) + ", then " + session.tested().received();
    }

    @TestFactory
    Stream<DynamicNode> sizesThatAreEnough() {
        List<EngineFact> facts = new ArrayList<>();
        for (int size : new int[] {1, 2, RECORD - 1, RECORD, RECORD + 1, 3 * RECORD}) {
            facts.add(shared(
                    "wrap " + size + " bytes into a buffer of the session's packet size",
                    session -> session.tested().wrap(ByteBuffer.allocate(size)).getStatus(),
                    "OK"));
            facts.add(shared(
                    "unwrap " + size + " bytes into a buffer of the session's application size",
                    session -> {
                        session.tested().arrive(session.peer().records(new byte[size]));
                        return session.tested().unwrap().getStatus();
                    },
                    "OK"));
        }
        facts.add(shared(
                "the packet size holds the longest record",
                session -> session.engine().getSession().getPacketBufferSize() >= RECORD + 5 + 1 + 16,
                true));
        facts.add(shared(
                "the application size holds the longest data",
                session -> session.engine().getSession().getApplicationBufferSize() >= RECORD,
                true));
        facts.add(unused(
                "before the handshake the packet size holds the longest record",
                session -> session.engine().getSession().getPacketBufferSize() >= RECORD + 5 + 1 + 16,
                true));
        facts.add(unused(
                "before the handshake the application size holds the longest data",
                session -> session.engine().getSession().getApplicationBufferSize() >= RECORD,
                true));
        return EngineContract.ofBothVersions(facts);
    }
}
