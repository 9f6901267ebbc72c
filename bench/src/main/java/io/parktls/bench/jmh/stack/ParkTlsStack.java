package io.parktls.bench.jmh.stack;

import io.parktls.TlsConnection;
import io.parktls.TlsContext;
import io.parktls.TlsIdentity;
import io.parktls.TlsSessionCache;
import io.parktls.TlsStatus;
import io.parktls.TlsTrust;
import io.parktls.Waiting;
import io.parktls.bench.tool.Engine;
import io.parktls.bio.Bio;
import io.parktls.engine.TlsEngineProvider;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.function.Function;

/** ParkTLS, through its public API and with the default limits. */
public final class ParkTlsStack extends Stack {
    /** The number of calls on each side after which a handshake fails. */
    private static final int MOST_TURNS = 100;

    private final TlsEngineProvider provider;
    private final TlsContext client;
    private final TlsContext server;
    private final Function<Wire, Bio[]> ends;

    /**
     * Creates the contexts.
     *
     * @param direct whether the application and the wire have direct buffers, and not arrays
     * @param ends creates the client's and the server's end of a pipe
     */
    private ParkTlsStack(Engine engine, Terms terms, Pki pki, boolean direct, Function<Wire, Bio[]> ends)
            throws GeneralSecurityException {
        super(new Wire(direct, Wire.LARGEST_RECORD), terms.suite());
        this.ends = ends;
        TlsSessionCache cache = terms.resumed() ? TlsSessionCache.ofSize(1) : TlsSessionCache.none();
        this.provider = engine.provider();
        this.client = agreed(provider, terms)
                .trust(TlsTrust.of(pki.trustStore()))
                .sessionCache(cache)
                .build();
        this.server = agreed(provider, terms)
                .identity(TlsIdentity.of(pki.key(), pki.leaf()))
                .tickets(terms.resumed() ? 1 : 0, Duration.ofDays(1))
                .build();
    }

    /**
     * A stack whose connections use the wire.
     *
     * @param direct whether the application and the wire have direct buffers, and not arrays
     */
    static Stack overWire(Engine engine, Terms terms, Pki pki, boolean direct) throws GeneralSecurityException {
        return new ParkTlsStack(engine, terms, pki, direct, Wire::bios);
    }

    /** A stack whose connections use a BIO pair each. */
    public static Stack overPairs(Terms terms, Pki pki) throws GeneralSecurityException {
        return new ParkTlsStack(Engine.BC, terms, pki, false, wire -> Bio.pair(Wire.CAPACITY));
    }

    private static TlsContext.Builder agreed(TlsEngineProvider provider, Terms terms) {
        return TlsContext.builder()
                .engine(provider)
                .sessionCache(TlsSessionCache.none())
                .cipherSuites(terms.suite())
                .groups(terms.group());
    }

    /** The engine, which tells the ciphers that it has chosen. */
    @Override
    public String remark() {
        return provider.toString();
    }

    @Override
    public Link connect(String host) {
        Bio[] pair = ends.apply(wire());
        return new ParkTlsLink(client.connect(pair[0], host, Pki.PORT), server.accept(pair[1]), wire());
    }

    private record ParkTlsLink(TlsConnection client, TlsConnection server, Wire wire) implements Link {
        @Override
        public void handshake() throws IOException {
            for (int turn = 0; turn < MOST_TURNS; turn++) {
                boolean clientDone = client.doHandshake() == TlsStatus.OK;
                boolean serverDone = server.doHandshake() == TlsStatus.OK;
                if (clientDone && serverDone) {
                    receiveTickets();
                    return;
                }
            }
            throw new IOException("the handshake does not complete: " + client + ", " + server);
        }

        /** Has the client read the server's tickets, so that they do not reach the next connection over the wire. */
        private void receiveTickets() throws IOException {
            if (server.flush(Waiting.NEVER) != TlsStatus.OK) {
                throw new IOException("the pipe has no room for the tickets");
            }
            if (client.read(wire.received().clear()) != TlsStatus.WANT_READ) {
                throw new IOException("the server has sent data");
            }
        }

        @Override
        public void send() throws IOException {
            seal(client);
        }

        @Override
        public void receive() throws IOException {
            open(server);
        }

        @Override
        public void reply() throws IOException {
            seal(server);
            open(client);
        }

        private void seal(TlsConnection sender) throws IOException {
            require(sender.write(wire.payload()));
        }

        private void open(TlsConnection receiver) throws IOException {
            ByteBuffer data = wire.received().clear();
            while (data.position() < wire.record()) {
                require(receiver.read(data));
            }
        }

        private static void require(TlsStatus status) throws IOException {
            if (status != TlsStatus.OK) {
                throw new IOException("expected a whole record, got " + status);
            }
        }

        @Override
        public void close() {
            try {
                client.abort();
                server.abort();
            } catch (IOException e) {
                throw new IllegalStateException("cannot close a pipe in memory", e);
            }
        }
    }
}
