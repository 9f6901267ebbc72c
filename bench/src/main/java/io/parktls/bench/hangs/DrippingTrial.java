package io.parktls.bench.hangs;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A client sends its ClientHello byte by byte, so that no single read reaches a timeout. */
final class DrippingTrial implements Trial.Body {
    private static final Duration DEADLINE = Duration.ofMillis(500);
    private static final Duration LIMIT = Duration.ofSeconds(6);

    @Override
    public Outcome run(TlsStack stack) throws Exception {
        TlsStack.PlainClient pair = stack.acceptPlainClient(Contexts.of(Contexts.HOST));
        pair.server().limitHandshake(DEADLINE);
        Attempt<?> dripping = Attempt.run(ThreadKind.PLATFORM, () -> drip(pair.client()));
        Attempt<?> handshake = Attempt.run(ThreadKind.PLATFORM, pair.server()::handshake);
        if (!handshake.endsWithin(LIMIT)) {
            return Outcome.wrong("limit 500 ms, alive after %d s".formatted(LIMIT.toSeconds()));
        }
        dripping.interrupt();
        return Outcome.right("limit 500 ms, cut off after %d ms".formatted(handshake.millis()));
    }

    private static void drip(Socket client) throws IOException {
        OutputStream out = client.getOutputStream();
        out.write(new byte[] {22, 3, 1, 0x3f, 0, 1, 0, 0x3e, 0});
        while (!Thread.currentThread().isInterrupted()) {
            out.write(0);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
        }
    }
}
