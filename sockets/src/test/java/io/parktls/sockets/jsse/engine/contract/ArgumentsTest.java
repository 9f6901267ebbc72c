package io.parktls.sockets.jsse.engine.contract;

import static io.parktls.sockets.jsse.engine.contract.EngineFact.established;
import static io.parktls.sockets.jsse.engine.contract.EngineFact.fact;
import static io.parktls.sockets.jsse.engine.contract.EngineFact.shared;
import static io.parktls.sockets.jsse.engine.contract.EngineFact.unused;

import io.parktls.sockets.jsse.contract.Observed;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/** Arguments that {@code wrap} and {@code unwrap} refuse, and engines without a mode. */
@SuppressWarnings("NullAway") // Null is one of the arguments.
final class ArgumentsTest {
    private static final Class<?> ARGUMENT = IllegalArgumentException.class;
    private static final Class<?> INDEX = IndexOutOfBoundsException.class;
    private static final Class<?> READ_ONLY = ReadOnlyBufferException.class;
    private static final Class<?> MODE = IllegalStateException.class;

    private interface Call {
        Object on(SSLEngine engine) throws Exception;
    }

    private static ByteBuffer room() {
        return ByteBuffer.allocate(20_000);
    }

    private static ByteBuffer[] rooms(int count) {
        ByteBuffer[] rooms = new ByteBuffer[count];
        for (int i = 0; i < count; i++) {
            rooms[i] = room();
        }
        return rooms;
    }

    private static ByteBuffer[] withNull(int index) {
        ByteBuffer[] buffers = rooms(3);
        buffers[index] = null;
        return buffers;
    }

    private static ByteBuffer[] withReadOnly(int index) {
        ByteBuffer[] buffers = rooms(3);
        buffers[index] = buffers[index].asReadOnlyBuffer();
        return buffers;
    }

    /** The engine is established, and works as before after the call. */
    private static EngineFact refused(String name, Call call, Class<?> expected) {
        return shared(
                name,
                session -> {
                    String observed;
                    try {
                        observed = Observed.text(call.on(session.engine()));
                    } catch (RuntimeException e) {
                        observed = Observed.text(e);
                    }
                    return observed + ", " + session.sendAndReceive("request") + ", " + session.reply("reply");
                },
                expected.getSimpleName() + ", request, reply");
    }

    @TestFactory
    Stream<DynamicNode> ofWrap() {
        return EngineContract.ofOneEngine(List.of(
                refused("a null source", e -> e.wrap((ByteBuffer) null, room()), ARGUMENT),
                refused("null sources", e -> e.wrap((ByteBuffer[]) null, room()), ARGUMENT),
                refused("null sources with a range", e -> e.wrap(null, 0, 1, room()), ARGUMENT),
                refused("a null among the sources", e -> e.wrap(withNull(1), room()), ARGUMENT),
                refused("a null destination", e -> e.wrap(room(), null), ARGUMENT),
                refused("a null destination of a gather", e -> e.wrap(rooms(2), null), ARGUMENT),
                refused("a read-only destination", e -> e.wrap(room(), room().asReadOnlyBuffer()), READ_ONLY),
                refused(
                        "a read-only destination of a gather",
                        e -> e.wrap(rooms(2), room().asReadOnlyBuffer()),
                        READ_ONLY),
                refused("a negative offset", e -> e.wrap(rooms(2), -1, 1, room()), INDEX),
                refused("a negative length", e -> e.wrap(rooms(2), 0, -1, room()), INDEX),
                refused("an offset beyond the sources", e -> e.wrap(rooms(2), 3, 0, room()), INDEX),
                refused("a length beyond the sources", e -> e.wrap(rooms(2), 1, 2, room()), INDEX),
                refused("a sum that overflows", e -> e.wrap(rooms(2), 1, Integer.MAX_VALUE, room()), INDEX),
                established(
                        "a null outside of the range",
                        session -> session.engine()
                                .wrap(withNull(0), 1, 2, session.tested().packetBuffer())
                                .getStatus(),
                        "OK")));
    }

    @TestFactory
    Stream<DynamicNode> ofUnwrap() {
        return EngineContract.ofOneEngine(List.of(
                refused("a null source", e -> e.unwrap(null, room()), ARGUMENT),
                refused("a null source of a scatter", e -> e.unwrap(null, rooms(2)), ARGUMENT),
                refused("a null destination", e -> e.unwrap(room(), (ByteBuffer) null), ARGUMENT),
                refused("null destinations", e -> e.unwrap(room(), (ByteBuffer[]) null), ARGUMENT),
                refused("null destinations with a range", e -> e.unwrap(room(), null, 0, 1), ARGUMENT),
                refused("a null among the destinations", e -> e.unwrap(room(), withNull(1)), ARGUMENT),
                refused("a read-only destination", e -> e.unwrap(room(), room().asReadOnlyBuffer()), READ_ONLY),
                refused("a read-only one among the destinations", e -> e.unwrap(room(), withReadOnly(2)), READ_ONLY),
                refused("a negative offset", e -> e.unwrap(room(), rooms(2), -1, 1), INDEX),
                refused("a negative length", e -> e.unwrap(room(), rooms(2), 0, -1), INDEX),
                refused("an offset beyond the destinations", e -> e.unwrap(room(), rooms(2), 3, 0), INDEX),
                refused("a length beyond the destinations", e -> e.unwrap(room(), rooms(2), 1, 2), INDEX),
                refused("a sum that overflows", e -> e.unwrap(room(), rooms(2), 1, Integer.MAX_VALUE), INDEX),
                shared(
                        "a null and a read-only buffer outside of the range",
                        session -> {
                            ByteBuffer[] destinations = withNull(0);
                            destinations[2] = room().asReadOnlyBuffer();
                            session.engine()
                                    .unwrap(ByteBuffer.wrap(session.peer().records("data")), destinations, 1, 1);
                            return destinations[1].position();
                        },
                        4)));
    }

    private static EngineFact before(String name, Call call, Class<?> expected) {
        return unused("before the handshake: " + name, session -> call.on(session.engine()), expected);
    }

    private static EngineFact afterwards(String name, Call call, Class<?> expected) {
        return fact(
                "after the end: " + name,
                s -> {
                    EngineSession session = s.once("closed", () -> {
                        EngineSession closing = s.pair().established();
                        closing.engine().closeOutbound();
                        closing.peer().engine.closeOutbound();
                        closing.pump();
                        return closing;
                    });
                    return call.on(session.engine());
                },
                expected);
    }

    @TestFactory
    Stream<DynamicNode> inOtherStates() {
        return EngineContract.ofOneEngine(List.of(
                before("wrap a null source", e -> e.wrap((ByteBuffer) null, room()), ARGUMENT),
                before("wrap into a read-only destination", e -> e.wrap(room(), room().asReadOnlyBuffer()), READ_ONLY),
                before("wrap with a bad offset", e -> e.wrap(rooms(2), 3, 0, room()), INDEX),
                before("unwrap a null source", e -> e.unwrap(null, room()), ARGUMENT),
                before("unwrap into a read-only buffer", e -> e.unwrap(room(), room().asReadOnlyBuffer()), READ_ONLY),
                before("unwrap with a bad offset", e -> e.unwrap(room(), rooms(2), 3, 0), INDEX),
                afterwards("wrap a null source", e -> e.wrap((ByteBuffer) null, room()), ARGUMENT),
                afterwards("wrap into a read-only buffer", e -> e.wrap(room(), room().asReadOnlyBuffer()), READ_ONLY),
                afterwards("unwrap a null source", e -> e.unwrap(null, room()), ARGUMENT),
                afterwards("unwrap with a bad offset", e -> e.unwrap(room(), rooms(2), 3, 0), INDEX)));
    }

    @TestFactory
    Stream<DynamicNode> withoutMode() {
        return EngineContract.ofOneEngine(List.of(
                fact("wrap", s -> s.engine().wrap(room(), room()), MODE),
                fact("wrap of several", s -> s.engine().wrap(rooms(2), room()), MODE),
                fact("unwrap", s -> s.engine().unwrap(room(), room()), MODE),
                fact("unwrap to several", s -> s.engine().unwrap(room(), rooms(2)), MODE),
                fact(
                        "beginHandshake",
                        s -> {
                            s.engine().beginHandshake();
                            return "returns";
                        },
                        MODE),
                fact(
                        "a mode is set after a refused call",
                        s -> {
                            SSLEngine engine = s.engine();
                            try {
                                engine.beginHandshake();
                            } catch (IllegalStateException e) {
                                engine.setUseClientMode(true);
                            }
                            engine.beginHandshake();
                            return engine.getHandshakeStatus() != HandshakeStatus.NOT_HANDSHAKING;
                        },
                        true)));
    }
}
