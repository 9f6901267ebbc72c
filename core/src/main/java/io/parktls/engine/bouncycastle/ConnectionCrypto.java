package io.parktls.engine.bouncycastle;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.function.Consumer;
import org.bouncycastle.tls.SecurityParameters;
import org.bouncycastle.tls.crypto.TlsCipher;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.TlsECConfig;
import org.bouncycastle.tls.crypto.TlsECDomain;
import org.jspecify.annotations.Nullable;

/** One connection's view of the crypto: it remembers the cipher that Bouncy Castle was given last, and logs its secrets. */
final class ConnectionCrypto extends RoutedCrypto {
    private final ForeignCalls foreignCalls = new ForeignCalls();
    private final @Nullable KeyLog keyLog;

    /** TLS 1.3: what protected the handshake, once {@link #cipher} is there for the application's traffic. */
    private @Nullable HandshakeCipher former;

    private @Nullable HandshakeCipher cipher;

    private int lastGroup = -1;

    /** The group of a TLS 1.3 server's key share, if {@link ClientHandshake} knows better than Bouncy Castle; else -1. */
    private int serverShareGroup = -1;

    ConnectionCrypto(SecureRandom random, KeyExchanges exchanges, @Nullable Consumer<String> keyLog) {
        super(random, exchanges);
        this.keyLog = keyLog == null ? null : new KeyLog(keyLog, this, foreignCalls);
    }

    @Override
    public TlsCipher createCipher(TlsCryptoParameters parameters, int encryptionAlgorithm, int macAlgorithm)
            throws IOException {
        HandshakeCipher created = HandshakeCipher.create(this, parameters);
        if (keyLog != null) {
            SecurityParameters security = parameters.getSecurityParametersHandshake();
            if (created.writeSecret() == null) {
                keyLog.masterSecret(security);
            } else if (cipher == null) {
                keyLog.handshakeTraffic(security);
            } else {
                keyLog.applicationTraffic(security);
            }
        }
        former = cipher;
        cipher = created;
        return created;
    }

    /**
     * Takes note of the group, for Bouncy Castle does not keep that of TLS 1.2: both ends ask for the domain of the
     * ServerKeyExchange there, after those of any key shares.
     */
    @Override
    public TlsECDomain createECDomain(TlsECConfig config) {
        lastGroup = config.getNamedGroup();
        return super.createECDomain(config);
    }

    void serverShareGroup(int group) {
        serverShareGroup = group;
    }

    int serverShareGroup() {
        return serverShareGroup;
    }

    /** The group of the last ECDH, which is that of the handshake in TLS 1.2. */
    int lastGroup() {
        return lastGroup;
    }

    /** How the connection's handshake calls code that may wait. */
    ForeignCalls foreignCalls() {
        return foreignCalls;
    }

    /** How the key log failed, null if it did not. */
    @Nullable
    String keyLogFailure() {
        return keyLog == null ? null : keyLog.failure();
    }

    /** Called when the handshake is complete, before its secrets are cleared. */
    void logExporter(SecurityParameters security) {
        if (keyLog != null && security.getExporterMasterSecret() != null) {
            keyLog.exporter(security);
        }
    }

    /** The cipher of the application traffic, once the handshake is done. */
    @Nullable
    HandshakeCipher lastCipher() {
        return cipher;
    }

    /** The cipher that opens the peer's records as long as the handshake is not done: a TLS 1.3 server writes under newer keys. */
    @Nullable
    HandshakeCipher readCipher() {
        return former == null ? cipher : former;
    }

    /** Called when nothing of the handshake is left to be sent: its keys have done their work. */
    void retireHandshakeKeys() {
        if (former != null) {
            former.sealer().retire();
            former.opener().retire();
            former = null;
        }
    }
}
