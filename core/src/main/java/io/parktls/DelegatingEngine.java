package io.parktls;

import io.parktls.engine.TlsEngine;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** An engine that performs the handshake in its own way, and leaves everything after it to another engine. */
abstract class DelegatingEngine implements TlsEngine {
    /**
     * Returns the other engine.
     *
     * @throws IllegalStateException if there is none yet
     */
    abstract TlsEngine delegate();

    @Override
    public TlsStatus read(ByteBuffer in, ByteBuffer dst) throws SSLException {
        return delegate().read(in, dst);
    }

    @Override
    public TlsStatus write(ByteBuffer src, ByteBuffer out) throws SSLException {
        return delegate().write(src, out);
    }

    @Override
    public TlsStatus closeNotify(ByteBuffer out) throws SSLException {
        return delegate().closeNotify(out);
    }

    @Override
    public TlsStatus reply(ByteBuffer out) throws SSLException {
        return delegate().reply(out);
    }

    @Override
    public void updateKeys(boolean requestPeer) {
        delegate().updateKeys(requestPeer);
    }

    @Override
    public int pending() {
        return delegate().pending();
    }

    @Override
    public TlsSession session() {
        return delegate().session();
    }

    @Override
    public byte[] exportKeyingMaterial(String label, byte @Nullable [] context, int length) throws SSLException {
        return delegate().exportKeyingMaterial(label, context, length);
    }
}
