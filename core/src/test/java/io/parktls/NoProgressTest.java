package io.parktls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.bio.Bio;
import io.parktls.engine.TlsEngine;
import io.parktls.engine.TlsEngineProvider;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.Lock;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Engines and pipes that never make progress. The connection must fail instead of spinning. */
@Tag("H9")
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class NoProgressTest {
    /** Defects of an engine. */
    enum Broken implements FakeEngine.Answer {
        WANTS_MORE_THAN_ALL {
            @Override
            public TlsStatus answer(ByteBuffer in, ByteBuffer out) {
                return TlsStatus.WANT_READ;
            }
        },
        WANTS_TO_WRITE_NOTHING {
            @Override
            public TlsStatus answer(ByteBuffer in, ByteBuffer out) {
                return TlsStatus.WANT_WRITE;
            }
        },
        FAILS {
            @Override
            public TlsStatus answer(ByteBuffer in, ByteBuffer out) {
                throw new IllegalStateException("out of order");
            }
        }
    }

    /** A waiting that always reports the pipe as ready. */
    private static final Waiting EAGER = new Waiting() {
        @Override
        public boolean await(Interest interest) {
            return true;
        }

        @Override
        public void acquire(Lock lock) {
            lock.lock();
        }
    };

    private static TlsConnection client(FakeEngine engine, Bio bio) {
        return TlsContext.builder().engine(engine).build().connect(bio, TestContexts.HOST, 0);
    }

    private static Bio endless() {
        return new Bio() {
            @Override
            public int read(ByteBuffer dst) {
                int n = dst.remaining();
                dst.position(dst.limit());
                return n;
            }

            @Override
            public int write(ByteBuffer src) {
                int n = src.remaining();
                src.position(src.limit());
                return n;
            }

            @Override
            public void close() {}
        };
    }

    private static Bio ended() throws IOException {
        Bio[] pair = Bio.pair(10);
        pair[1].close();
        return pair[0];
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("H9 an engine without progress fails the handshake")
    void handshake(Broken broken) throws IOException {
        TlsConnection connection = client(new FakeEngine(broken, false), ended());
        SSLException failure = assertThrows(SSLException.class, connection::doHandshake);
        assertSame(failure, assertThrows(SSLException.class, connection::doHandshake));
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("H9 an engine without progress fails the read and the write")
    void readAndWrite(Broken broken) throws IOException {
        TlsConnection reading = client(new FakeEngine(broken, true), ended());
        assertThrows(SSLException.class, () -> reading.read(ByteBuffer.allocate(1)));
        TlsConnection writing = client(new FakeEngine(broken, true), Bio.pair(10)[0]);
        assertThrows(SSLException.class, () -> writing.write(ByteBuffer.allocate(1)));
    }

    @Test
    @DisplayName("H9 a read that returns OK without a byte is an error, not an empty read")
    void okWithoutData() {
        TlsConnection connection = client(new FakeEngine((in, out) -> TlsStatus.OK, true), Bio.pair(10)[0]);
        assertThrows(SSLException.class, () -> connection.read(ByteBuffer.allocate(1)));
    }

    @Test
    @DisplayName("H9 an engine that never consumes its input fails the read")
    void consumesNothing() {
        TlsConnection connection = client(new FakeEngine((in, out) -> TlsStatus.WANT_READ, true), endless());
        SSLException failure = assertThrows(SSLException.class, () -> connection.read(ByteBuffer.allocate(1), EAGER));
        assertTrue(failure.getMessage().startsWith("no progress"), failure.getMessage());
    }

    static Stream<TlsEngineProvider> engines() {
        return Stream.of(TlsEngineProvider.bouncyCastle(), TlsEngineProvider.jsse());
    }

    @Test
    @DisplayName("H9 a pipe that is always ready but never moves a byte fails the read")
    void readyForNothing() throws IOException {
        for (TlsEngineProvider engine : engines().toList()) {
            Bio[] pair = Bio.pair(1);
            TlsConnection server = TestContexts.server(engine).build().accept(pair[0]);
            assertEquals(TlsStatus.WANT_READ, server.doHandshake());
            SSLException failure = assertThrows(SSLException.class, () -> server.doHandshake(EAGER));
            assertTrue(failure.getMessage().startsWith("no progress"), failure.getMessage());
            TlsConnection client = TestContexts.client(engine).build().connect(pair[1], TestContexts.HOST, 0);
            assertEquals(TlsStatus.WANT_WRITE, client.doHandshake());
            assertThrows(SSLException.class, () -> client.doHandshake(EAGER));
        }
    }

    /** An engine that always returns the same result. */
    private record FakeEngine(Answer answer, boolean established)
            implements TlsEngine, TlsEngineProvider, TlsEngineProvider.Engines {
        interface Answer {
            TlsStatus answer(ByteBuffer in, ByteBuffer out);
        }

        @Override
        public String name() {
            return "fake";
        }

        @Override
        public Engines prepare(TlsContext context) {
            return this;
        }

        @Override
        public TlsEngine client(@Nullable String host, int port) {
            return this;
        }

        @Override
        public TlsEngine server() {
            return this;
        }

        @Override
        public TlsStatus handshake(ByteBuffer in, ByteBuffer out) {
            return established ? TlsStatus.OK : answer.answer(in, out);
        }

        @Override
        public TlsStatus read(ByteBuffer in, ByteBuffer dst) {
            return answer.answer(in, dst);
        }

        @Override
        public TlsStatus write(ByteBuffer src, ByteBuffer out) {
            return answer.answer(src, out);
        }

        @Override
        public TlsStatus closeNotify(ByteBuffer out) {
            return TlsStatus.OK;
        }

        @Override
        public boolean hasReply() {
            return false;
        }

        @Override
        public TlsStatus reply(ByteBuffer out) {
            return TlsStatus.OK;
        }

        @Override
        public void endOfInput() {}

        @Override
        public void updateKeys(boolean requestPeer) {}

        @Override
        public int pending() {
            return 0;
        }

        @Override
        public TlsSession session() {
            throw new IllegalStateException("none");
        }

        @Override
        public byte[] exportKeyingMaterial(String label, byte @Nullable [] context, int length) {
            return new byte[length];
        }

        @Override
        public String state() {
            return "fake";
        }

        @Override
        public void destroy() {}
    }
}
