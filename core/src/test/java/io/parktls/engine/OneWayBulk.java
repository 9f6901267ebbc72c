package io.parktls.engine;

import io.parktls.TestContexts;
import io.parktls.TlsLimits;
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
 * <p>Arguments: the value of the security property {@code jdk.tls.keyLimits}, and the number of bytes to send. The exit
 * status is 0 if all bytes arrive in all combinations of engines and roles.
 */
public final class OneWayBulk {
    private static final String SUITES = "AES/GCM/NoPadding KeyUpdate %s, ChaCha20-Poly1305 KeyUpdate %s";

    private static final byte[] DATA = new byte[TlsLimits.RECORD_DATA];

    /** The number of records that are sent before the sender processes the receiver's replies. */
    private static final int[] READ_EVERY = {1, 2_000};

    /** The number of records that are received before the receiver sends its replies. */
    private static final int ANSWER_EVERY = 100;

    private OneWayBulk() {}

    public static void main(String[] args) throws SSLException {
        String limit = args[0];
        long bytes = Long.parseLong(args[1]);
        Security.setProperty("jdk.tls.keyLimits", String.format(Locale.ROOT, SUITES, limit, limit));
        for (TlsEngineProvider engine : List.of(TlsEngineProvider.bouncyCastle(), TlsEngineProvider.jsse())) {
            for (boolean ourClient : new boolean[] {true, false}) {
                String who = engine.name() + (ourClient ? " client " : " server ");
                for (int readEvery : READ_EVERY) {
                    run(who + "sends, reading every " + readEvery, () -> send(engine, ourClient, bytes, readEvery));
                }
                run(who + "receives", () -> receive(engine, ourClient, bytes));
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

    private static long send(TlsEngineProvider engine, boolean client, long bytes, int readEvery) throws SSLException {
        SslEnginePeer peer = new SslEnginePeer(!client, TlsVersion.TLS_1_3);
        EngineEnd end = ours(engine, client, peer);
        ByteArrayOutputStream answers = new ByteArrayOutputStream();
        long records = 0;
        for (long sent = 0; sent < bytes; sent += DATA.length) {
            ByteBuffer src = ByteBuffer.wrap(DATA);
            while (end.engine().write(src, end.out()) != TlsStatus.OK
                    || end.out().position() > 0) {
                peer.take(end.drain());
            }
            answers.writeBytes(peer.put());
            if (sent / DATA.length % readEvery == readEvery - 1 || sent + DATA.length >= bytes) {
                records += EngineEnd.types(answers.toByteArray()).size();
                end.receive(answers.toByteArray());
                answers.reset();
                expect(TlsStatus.WANT_READ, end.readNothing());
                replies(end, peer);
            }
        }
        return records;
    }

    private static long receive(TlsEngineProvider engine, boolean client, long bytes) throws SSLException {
        SslEnginePeer peer = new SslEnginePeer(!client, TlsVersion.TLS_1_3);
        EngineEnd end = ours(engine, client, peer);
        ByteBuffer dst = ByteBuffer.allocate(EngineEnd.ONE_RECORD);
        long received = 0;
        for (long sent = 0; sent < bytes; sent += DATA.length) {
            end.receive(peer.write(DATA));
            while (end.engine().read(end.in(), dst.clear()) == TlsStatus.OK) {
                received += dst.position();
            }
            if (sent / DATA.length % ANSWER_EVERY == 0) {
                replies(end, peer);
            }
        }
        if (received < bytes) {
            throw new AssertionError("only " + received + " bytes of " + bytes + " came");
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
