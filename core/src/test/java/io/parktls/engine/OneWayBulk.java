package io.parktls.engine;

import io.parktls.TestContexts;
import io.parktls.TlsStatus;
import io.parktls.TlsVersion;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.Security;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLException;

/**
 * A program that transfers bulk data in one direction. The silent side answers KeyUpdates, or requests them because the
 * peer's key has reached its limit. It runs in a separate JVM, because the JDK reads its key limit only once.
 *
 * <p>Arguments: the value of the security property {@code jdk.tls.keyLimits}, and for each transfer the number of
 * records to send and the size of their data. The exit status is 0 if all bytes arrive in all combinations of engines
 * and roles.
 */
public final class OneWayBulk {
    private static final String SUITES = "AES/GCM/NoPadding KeyUpdate %s, ChaCha20-Poly1305 KeyUpdate %s";

    /** The number of records that are sent before the sender processes the receiver's replies. */
    private static final int[] READ_EVERY = {1, 2_000};

    /** The number of records that are received before the receiver sends its replies. */
    private static final int ANSWER_EVERY = 100;

    private OneWayBulk() {}

    public static void main(String[] args) throws SSLException {
        String limit = args[0];
        Security.setProperty("jdk.tls.keyLimits", String.format(Locale.ROOT, SUITES, limit, limit));
        for (int i = 1; i < args.length; i += 2) {
            runAll(Integer.parseInt(args[i]), new byte[Integer.parseInt(args[i + 1])]);
        }
    }

    private static void runAll(int count, byte[] data) throws SSLException {
        for (TlsEngineProvider engine : List.of(TlsEngineProvider.bouncyCastle(), TlsEngineProvider.jsse())) {
            for (boolean ourClient : new boolean[] {true, false}) {
                String who = engine.name() + (ourClient ? " client " : " server ");
                for (int readEvery : READ_EVERY) {
                    run(
                            who + "sends, reading every " + readEvery,
                            () -> send(engine, ourClient, data, count, readEvery));
                }
                run(who + "receives", () -> receive(engine, ourClient, data, count));
            }
        }
    }

    private interface Transfer {
        long run() throws SSLException;
    }

    private static void run(String name, Transfer transfer) throws SSLException {
        long begin = System.nanoTime();
        long keyUpdates = transfer.run();
        System.out.printf(
                Locale.ROOT,
                "%s: %d records without data, %d ms%n",
                name,
                keyUpdates,
                (System.nanoTime() - begin) / 1_000_000);
    }

    private static EngineEnd ours(TlsEngineProvider engine, boolean client, SslEnginePeer peer) throws SSLException {
        EngineEnd end = client
                ? EngineEnd.client(
                        TestContexts.client(engine, TlsVersion.TLS_1_3).build(), TestContexts.HOST)
                : EngineEnd.server(
                        TestContexts.server(engine, TlsVersion.TLS_1_3).build());
        peer.connect(end);
        return end;
    }

    private static long send(TlsEngineProvider engine, boolean client, byte[] data, int count, int readEvery)
            throws SSLException {
        SslEnginePeer peer = new SslEnginePeer(!client, TlsVersion.TLS_1_3);
        EngineEnd end = ours(engine, client, peer);
        ByteArrayOutputStream answers = new ByteArrayOutputStream();
        long records = 0;
        for (int sent = 1; sent <= count; sent++) {
            ByteBuffer src = ByteBuffer.wrap(data);
            while (end.engine().write(src, end.out()) != TlsStatus.OK
                    || end.out().position() > 0) {
                peer.take(end.drain());
            }
            answers.writeBytes(peer.put());
            if (sent % readEvery == 0 || sent == count) {
                records += EngineEnd.types(answers.toByteArray()).size();
                end.receive(answers.toByteArray());
                answers.reset();
                expect(TlsStatus.WANT_READ, end.readNothing());
                replies(end, peer);
            }
        }
        return records;
    }

    private static long receive(TlsEngineProvider engine, boolean client, byte[] data, int count) throws SSLException {
        SslEnginePeer peer = new SslEnginePeer(!client, TlsVersion.TLS_1_3);
        EngineEnd end = ours(engine, client, peer);
        ByteBuffer dst = ByteBuffer.allocate(EngineEnd.ONE_RECORD);
        long received = 0;
        for (int sent = 1; sent <= count; sent++) {
            end.receive(peer.write(data));
            while (end.engine().read(end.in(), dst.clear()) == TlsStatus.OK) {
                received += dst.position();
            }
            if (sent % ANSWER_EVERY == 1) {
                replies(end, peer);
            }
        }
        if (received < (long) count * data.length) {
            throw new AssertionError("only " + received + " bytes of " + count + " records came");
        }
        return peer.records();
    }

    private static void replies(EngineEnd end, SslEnginePeer peer) throws SSLException {
        while (end.engine().hasReply()) {
            end.engine().reply(end.out());
            peer.take(end.drain());
        }
    }

    private static void expect(TlsStatus expected, TlsStatus status) {
        if (status != expected) {
            throw new AssertionError(status + " instead of " + expected);
        }
    }
}
