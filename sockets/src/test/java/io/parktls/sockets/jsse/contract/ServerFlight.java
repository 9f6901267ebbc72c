package io.parktls.sockets.jsse.contract;

import io.parktls.sockets.ForwardingSocket;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/** A socket that records what a server sends first, which shows whether it resumes a session. */
final class ServerFlight extends ForwardingSocket {
    /** The random of a HelloRetryRequest (RFC 8446 4.1.3). */
    private static final byte[] RETRY =
            HexFormat.of().parseHex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c");

    private static final int RECORDED = 8_192;
    private static final int HANDSHAKE = 22;
    private static final int SERVER_HELLO = 2;
    private static final int NEW_SESSION_TICKET = 4;
    private static final int PRE_SHARED_KEY = 41;
    private static final int SUPPORTED_VERSIONS = 43;

    private final ByteArrayOutputStream received = new ByteArrayOutputStream();

    ServerFlight(Socket inner) {
        super(inner);
    }

    @Override
    public InputStream getInputStream() throws IOException {
        return new FilterInputStream(super.getInputStream()) {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                int count = super.read(bytes, offset, length);
                record(bytes, offset, count);
                return count;
            }
        };
    }

    private synchronized void record(byte[] bytes, int offset, int count) {
        if (count > 0 && received.size() < RECORDED) {
            received.write(bytes, offset, count);
        }
    }

    /**
     * Returns whether the ServerHello resumes a session: in TLS 1.3 it has a pre-shared key (RFC 8446 4.2.11); in TLS
     * 1.2 no Certificate follows it, but a ticket or change_cipher_spec (RFC 5077 3.1).
     */
    synchronized boolean isResumed() {
        ByteBuffer flight = ByteBuffer.wrap(received.toByteArray());
        while (flight.hasRemaining()) {
            int type = flight.get();
            flight.getShort();
            ByteBuffer record = flight.slice(flight.position() + 2, flight.getShort());
            flight.position(flight.position() + record.capacity());
            if (type == HANDSHAKE && record.get(0) == SERVER_HELLO && !isRetry(record)) {
                return isResumed(record, flight);
            }
        }
        throw new AssertionError("the server has sent no ServerHello");
    }

    private static boolean isRetry(ByteBuffer hello) {
        return hello.slice(6, RETRY.length).equals(ByteBuffer.wrap(RETRY));
    }

    private static boolean isResumed(ByteBuffer record, ByteBuffer rest) {
        int end = 4 + (record.getInt(0) & 0xFF_FFFF);
        record.position(4 + 2 + 32);
        record.position(record.position() + 1 + record.get());
        record.position(record.position() + 3);
        boolean tls13 = false;
        boolean preSharedKey = false;
        if (record.position() < end) {
            record.getShort();
        }
        while (record.position() < end) {
            int extension = record.getShort();
            tls13 |= extension == SUPPORTED_VERSIONS;
            preSharedKey |= extension == PRE_SHARED_KEY;
            int length = record.getShort();
            record.position(record.position() + length);
        }
        if (tls13) {
            return preSharedKey;
        }
        int next = record.hasRemaining() ? record.get() : rest.get() == HANDSHAKE ? rest.get(rest.position() + 4) : -1;
        return next == NEW_SESSION_TICKET || next == -1;
    }
}
