package io.parktls.engine;

import io.parktls.TestContexts;
import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.TlsIdentity;
import io.parktls.TlsStatus;
import io.parktls.TlsVersion;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;

/**
 * A peer that uses the JDK's {@code SSLEngine} directly, for messages after the handshake that ParkTLS's engines never
 * send: {@link #begin} requests a renegotiation in TLS 1.2, and sends a KeyUpdate that requests an update in TLS 1.3.
 */
public final class SslEnginePeer {
    private static final ByteBuffer NO_DATA = ByteBuffer.allocate(0);

    private final SSLEngine engine;
    private final ByteBuffer in = ByteBuffer.allocate(100_000).limit(0);
    private final ByteBuffer out = ByteBuffer.allocate(100_000);
    private long taken;

    public SslEnginePeer(boolean client, TlsVersion version) {
        engine = sslContext().createSSLEngine(TestContexts.HOST, 0);
        engine.setUseClientMode(client);
        engine.setEnabledProtocols(new String[] {version.standardName()});
    }

    /**
     * Returns an {@code SSLContext} of the JDK with the identity of the valid test server, which trusts the test
     * authorities.
     */
    public static SSLContext sslContext() {
        try {
            TlsIdentity identity = TestPki.server(KeyKind.ECDSA_P256);
            KeyStore keys = TestPki.keyStore(List.of());
            keys.setKeyEntry(
                    "server",
                    identity.privateKey(),
                    new char[0],
                    identity.chain().toArray(X509Certificate[]::new));
            KeyManagerFactory keyManagers = KeyManagerFactory.getInstance("PKIX");
            keyManagers.init(keys, new char[0]);
            TrustManagerFactory trustManagers = TrustManagerFactory.getInstance("PKIX");
            trustManagers.init(TestPki.keyStore(List.of(TestPki.ca(KeyKind.ECDSA_P256))));
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keyManagers.getKeyManagers(), trustManagers.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** Handshakes with the other end until that is done. */
    public void connect(EngineEnd other) throws SSLException {
        engine.beginHandshake();
        for (int turn = 0; turn < 20; turn++) {
            other.receive(put());
            boolean done = other.handshake() == TlsStatus.OK;
            take(other.drain());
            if (done) {
                other.receive(put());
                return;
            }
        }
        throw new AssertionError("the handshake does not end");
    }

    /** Calls {@code beginHandshake} again and returns the resulting records. */
    public byte[] begin() throws SSLException {
        engine.beginHandshake();
        return put();
    }

    /** Returns one record of data, and the records that the engine sends before and after it. */
    public byte[] write(byte[] data) throws SSLException {
        ByteBuffer src = ByteBuffer.wrap(data);
        while (src.hasRemaining()) {
            engine.wrap(src, out);
        }
        return put();
    }

    /** Returns the number of received records. */
    public long records() {
        return taken;
    }

    /** Processes received records and discards their data. */
    public void take(byte[] records) throws SSLException {
        taken += EngineEnd.types(records).size();
        in.compact().put(records).flip();
        advance();
    }

    /** Returns the pending output. */
    public byte[] put() throws SSLException {
        advance();
        byte[] bytes = new byte[out.flip().remaining()];
        out.get(bytes).clear();
        return bytes;
    }

    /** Continues until the engine waits for the other end. */
    private void advance() throws SSLException {
        ByteBuffer data = ByteBuffer.allocate(20_000);
        for (; ; ) {
            for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
                task.run();
            }
            SSLEngineResult result = engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP
                    ? engine.wrap(NO_DATA, out)
                    : engine.unwrap(in, data.clear());
            if (result.bytesConsumed() + result.bytesProduced() == 0
                    && engine.getHandshakeStatus() != HandshakeStatus.NEED_WRAP
                    && engine.getHandshakeStatus() != HandshakeStatus.NEED_TASK) {
                return;
            }
        }
    }
}
