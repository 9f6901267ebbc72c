package io.parktls.bench.hangs;

import io.parktls.sockets.TlsServerSocket;
import io.parktls.sockets.TlsSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** Ends the TCP connection without close_notify after a part of the data. */
final class TruncationTrial implements Trial.Body {
    @Override
    public Outcome run(TlsStack stack) throws Exception {
        Contexts contexts = Contexts.of(Contexts.HOST);
        try (TlsServerSocket listening =
                TlsServerSocket.open(contexts.parkTls(), new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            Attempt<?> serving = Attempt.run(ThreadKind.PLATFORM, () -> {
                TlsSocket server = listening.accept();
                server.write(ByteBuffer.allocate(1_000));
                server.connection().bio().shutdownOutput();
            });
            End client = stack.connect(contexts, (InetSocketAddress) listening.localAddress());
            client.readFully(1_000);
            serving.get();
            try {
                int n = client.read(new byte[10]);
                return Outcome.wrong("read() returns %d, as at an end that the server meant".formatted(n));
            } catch (IOException e) {
                return Outcome.right("read() throws %s".formatted(e.getClass().getSimpleName()));
            }
        }
    }
}
