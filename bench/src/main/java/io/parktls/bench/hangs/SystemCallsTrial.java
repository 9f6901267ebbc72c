package io.parktls.bench.hangs;

import io.parktls.bio.Bio;
import io.parktls.sockets.TlsServerSocket;
import io.parktls.sockets.TlsSocket;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLSocket;

/** Counts the reads of the socket for records that have all arrived. */
final class SystemCallsTrial implements Trial.Body {
    private static final int RECORDS = 100;
    private static final int BYTES = 100;

    @Override
    public Outcome run(TlsStack stack) throws Exception {
        Contexts contexts = Contexts.of(Contexts.HOST);
        AtomicInteger reads = new AtomicInteger();
        CountDownLatch established = new CountDownLatch(1);
        try (TlsServerSocket listening =
                TlsServerSocket.open(contexts.parkTls(), new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            Attempt<?> serving = Attempt.run(ThreadKind.PLATFORM, () -> {
                TlsSocket server = listening.accept();
                server.doHandshake();
                established.await();
                for (int i = 0; i < RECORDS; i++) {
                    server.write(ByteBuffer.allocate(BYTES));
                }
            });
            InetSocketAddress address = (InetSocketAddress) listening.localAddress();
            End client = switch (stack) {
                case JDK, JDK_LAYERED -> jdk(contexts, address, reads);
                case PARKTLS, PARKTLS_LAYERED -> parkTls(contexts, address, reads);
            };
            client.handshake();
            established.countDown();
            serving.get();
            int before = reads.get();
            client.readFully((long) RECORDS * BYTES);
            int calls = reads.get() - before;
            return new Outcome(calls <= RECORDS, calls + (calls == 1 ? " read" : " reads"));
        }
    }

    private static End jdk(Contexts contexts, InetSocketAddress address, AtomicInteger reads) throws IOException {
        Socket counting = new Socket() {
            @Override
            public InputStream getInputStream() throws IOException {
                return new FilterInputStream(super.getInputStream()) {
                    @Override
                    public int read(byte[] bytes, int offset, int length) throws IOException {
                        reads.incrementAndGet();
                        return in.read(bytes, offset, length);
                    }
                };
            }
        };
        counting.connect(address);
        return new JdkEnd((SSLSocket)
                contexts.jdkClient().getSocketFactory().createSocket(counting, Contexts.HOST, address.getPort(), true));
    }

    private static End parkTls(Contexts contexts, InetSocketAddress address, AtomicInteger reads) throws IOException {
        SocketChannel channel = SocketChannel.open(address);
        Bio inner = Bio.of(channel);
        Bio counting = new Bio() {
            @Override
            public int read(ByteBuffer dst) throws IOException {
                reads.incrementAndGet();
                return inner.read(dst);
            }

            @Override
            public int write(ByteBuffer src) throws IOException {
                return inner.write(src);
            }

            @Override
            public void close() throws IOException {
                inner.close();
            }
        };
        return new ParkTlsEnd(TlsSocket.over(contexts.parkTls().connect(counting, Contexts.HOST, 0), channel));
    }
}
