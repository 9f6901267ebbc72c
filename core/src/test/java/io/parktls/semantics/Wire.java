package io.parktls.semantics;

import io.parktls.bio.Bio;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The pipe between client and server, which a script controls. */
final class Wire {
    /** A capacity that no script exceeds. */
    static final int UNLIMITED = 1 << 22;

    private final Lane toServer;
    private final Lane toClient;

    Wire(int capacity) {
        toServer = new Lane(capacity);
        toClient = new Lane(capacity);
    }

    Lane toServer() {
        return toServer;
    }

    Lane toClient() {
        return toClient;
    }

    Bio client() {
        return new WireEnd(toClient, toServer);
    }

    Bio server() {
        return new WireEnd(toServer, toClient);
    }

    private record WireEnd(Lane in, Lane out) implements Bio {
        @Override
        public int read(ByteBuffer dst) throws IOException {
            return in.take(dst);
        }

        @Override
        public int write(ByteBuffer src) throws IOException {
            return out.put(src);
        }

        @Override
        public void shutdownOutput() {
            out.end();
        }

        @Override
        public void close() {
            out.end();
        }
    }
}
