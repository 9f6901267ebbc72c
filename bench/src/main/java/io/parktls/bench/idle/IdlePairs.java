package io.parktls.bench.idle;

import io.parktls.TlsContext;
import io.parktls.TlsIdentity;
import io.parktls.TlsTrust;
import io.parktls.bench.tool.Echo;
import io.parktls.bench.tool.Heap;
import io.parktls.bio.Bio;
import io.parktls.sockets.TlsSocket;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * The main class of a JVM with a limited heap that has both ends of connections over BIO pairs. The server's end is
 * parked in a read, on a virtual thread of its own; the client's end is idle. It prints the results.
 */
final class IdlePairs {
    private static final int PIPE = 16_384;

    private IdlePairs() {}

    /** Arguments: the number of connections, and the seconds for which they are idle. */
    public static void main(String[] args) throws IOException, InterruptedException {
        Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
        int count = Integer.parseInt(args[0]);
        TlsIdentity identity = TlsIdentity.selfSigned(IdleClients.HOST);
        TlsContext server = TlsContext.server(identity);
        TlsContext client = TlsContext.builder()
                .trust(TlsTrust.only(identity.chain().getFirst()))
                .build();
        long before = Heap.used();
        long start = System.nanoTime();
        try (IdleClients clients = new IdleClients()) {
            clients.establish(count, () -> connect(client, server), done -> {
                if (done % 10_000 == 0) {
                    System.err.printf("%,d established%n", done);
                }
            });
            double seconds = (System.nanoTime() - start) / 1e9;
            TimeUnit.SECONDS.sleep(Integer.parseInt(args[1]));
            long used = Heap.used();
            System.out.printf(
                    "%,d connections established in %.0f s, then idle. Heap %,d MB of %,d: %,d bytes per connection, both ends and"
                            + " the server's parked virtual thread%n",
                    count, seconds, used >> 20, Runtime.getRuntime().maxMemory() >> 20, (used - before) / count);
            start = System.nanoTime();
            int echoed = clients.echo();
            System.out.printf(
                    "%,d of them echo when asked all at once, in %.1f s%n", echoed, (System.nanoTime() - start) / 1e9);
            clients.failures().stream().limit(5).forEach(failure -> System.out.println("failed: " + failure));
            System.exit(echoed == count ? 0 : 1);
        }
    }

    private static TlsSocket connect(TlsContext client, TlsContext server) {
        Bio[] ends = Bio.pair(PIPE);
        TlsSocket accepted = TlsSocket.over(server.accept(ends[1]));
        Thread.startVirtualThread(() -> {
            try (accepted) {
                Echo.run(accepted, IdleClients.BUFFER);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        return TlsSocket.over(client.connect(ends[0], IdleClients.HOST, 0));
    }
}
