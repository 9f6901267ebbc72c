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
 * A peer that is the JDK's {@code SSLEngine} itself, to do after the handshake what no engine of ours would:
 * {@link #begin} asks for renegotiation in TLS 1.2, and sends a KeyUpdate with a request in TLS 1.3.
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

    /** An {@code SSLContext} of the JDK with the good test server's identity, and trust in the test authorities. */
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

    /** Handshakes with the other end until it says that it is done. */
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
        throw new AssertionError("the handshake comes to no end");
    }

    /** Begins another handshake, or whatever comes next to it, and gives the records for it. */
    public byte[] begin() throws SSLException {
        engine.beginHandshake();
        return put();
    }

    /** One record of data, with what the engine wants to send before and after it. */
    public byte[] write(byte[] data) throws SSLException {
        ByteBuffer src = ByteBuffer.wrap(data);
        while (src.hasRemaining()) {
            engine.wrap(src, out);
        }
        return put();
    }

    /** How many records have arrived. */
    public long records() {
        return taken;
    }

    /** Lets records arrive; their data is thrown away. */
    public void take(byte[] records) throws SSLException {
        taken += EngineEnd.types(records).size();
        in.compact().put(records).flip();
        goOn();
    }

    /** What it has to say. */
    public byte[] put() throws SSLException {
        goOn();
        byte[] bytes = new byte[out.flip().remaining()];
        out.get(bytes).clear();
        return bytes;
    }

    /** Goes on until it waits for the other end. */
    private void goOn() throws SSLException {
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
