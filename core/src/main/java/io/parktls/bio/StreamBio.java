package io.parktls.bio;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** A blocking pipe over a pair of streams. */
final class StreamBio implements Bio {
    private static final int CHUNK = 16_384;

    private final InputStream in;
    private final OutputStream out;

    StreamBio(InputStream in, OutputStream out) {
        this.in = in;
        this.out = out;
    }

    @Override
    public int read(ByteBuffer dst) throws IOException {
        if (dst.hasArray()) {
            int n = in.read(dst.array(), dst.arrayOffset() + dst.position(), dst.remaining());
            if (n > 0) {
                dst.position(dst.position() + n);
            }
            return n;
        }
        byte[] chunk = new byte[Math.min(dst.remaining(), CHUNK)];
        int n = in.read(chunk);
        if (n > 0) {
            dst.put(chunk, 0, n);
        }
        return n;
    }

    @Override
    public int write(ByteBuffer src) throws IOException {
        int n = src.remaining();
        if (src.hasArray()) {
            out.write(src.array(), src.arrayOffset() + src.position(), n);
            src.position(src.position() + n);
        } else {
            byte[] chunk = new byte[n];
            src.get(chunk);
            out.write(chunk);
        }
        out.flush();
        return n;
    }

    @Override
    public void close() throws IOException {
        try (in) {
            out.close();
        }
    }

    @Override
    public String toString() {
        return "StreamBio[" + in + ", " + out + "]";
    }
}
