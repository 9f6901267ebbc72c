package io.parktls.engine.bouncycastle;

import io.parktls.CipherSuite;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.SessionParameters;
import org.bouncycastle.tls.TlsSession;
import org.bouncycastle.tls.crypto.TlsSecret;
import org.bouncycastle.tls.crypto.impl.AbstractTlsCrypto;

/**
 * A session of TLS 1.2 that Bouncy Castle is to resume. Bouncy Castle's own class requires a session id, but a client
 * that offers a ticket may send none (RFC 5077 3.4). Only sessions with extended_master_secret are resumed (RFC 7627
 * 5.3).
 */
final class ResumedSession implements TlsSession {
    private final byte[] id;
    private final SessionParameters parameters;

    /**
     * Creates a session.
     *
     * @param masterSecret the master secret, which is copied
     */
    ResumedSession(AbstractTlsCrypto crypto, byte[] id, CipherSuite suite, byte[] masterSecret) {
        TlsSecret secret = crypto.createSecret(masterSecret);
        this.id = id;
        this.parameters = new SessionParameters.Builder()
                .setCipherSuite(suite.code())
                .setExtendedMasterSecret(true)
                .setMasterSecret(secret)
                .setNegotiatedVersion(ProtocolVersion.TLSv12)
                .build();
    }

    @Override
    public SessionParameters exportSessionParameters() {
        return parameters;
    }

    @Override
    public byte[] getSessionID() {
        return id;
    }

    /** Overwrites the copy of the master secret. Bouncy Castle does so only if the handshake fails. */
    @Override
    public void invalidate() {
        parameters.clear();
    }

    @Override
    public boolean isResumable() {
        return true;
    }
}
