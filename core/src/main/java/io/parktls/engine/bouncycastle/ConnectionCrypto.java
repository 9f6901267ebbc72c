package io.parktls.engine.bouncycastle;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.Objects;
import java.util.function.Consumer;
import org.bouncycastle.tls.SecurityParameters;
import org.bouncycastle.tls.crypto.TlsCipher;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.TlsECConfig;
import org.bouncycastle.tls.crypto.TlsECDomain;
import org.bouncycastle.tls.crypto.TlsHash;
import org.bouncycastle.tls.crypto.TlsSecret;
import org.jspecify.annotations.Nullable;

/**
 * The cryptography of one connection. It retains the ciphers that were created for Bouncy Castle, so that the record
 * layer can take over the keys, and logs the connection's secrets.
 */
final class ConnectionCrypto extends RoutedCrypto {
    private final ForeignCalls foreignCalls = new ForeignCalls();
    private final @Nullable KeyLog keyLog;

    /** TLS 1.3: the cipher of the handshake traffic, once {@link #cipher} is that of the application traffic. */
    private @Nullable HandshakeCipher previousCipher;

    private @Nullable HandshakeCipher cipher;

    private int lastGroup = -1;

    private final CipherSelection ciphers;

    /** The group of a TLS 1.3 server's key share, if {@link ClientHandshake} has determined it; otherwise -1. */
    private int serverShareGroup = -1;

    /** The hash of the handshake's messages; null until Bouncy Castle has taken a value from it. */
    private @Nullable JdkHash transcript;

    /** TLS 1.3: the secret of session tickets, once the handshake is done, if there may be tickets. */
    private @Nullable TlsSecret resumptionMaster;

    ConnectionCrypto(
            SecureRandom random, KeyExchanges exchanges, CipherSelection ciphers, @Nullable Consumer<String> keyLog) {
        super(random, exchanges);
        this.ciphers = ciphers;
        this.keyLog = keyLog == null ? null : new KeyLog(keyLog, this, foreignCalls);
    }

    @Override
    public TlsCipher createCipher(TlsCryptoParameters parameters, int encryptionAlgorithm, int macAlgorithm)
            throws IOException {
        HandshakeCipher created = HandshakeCipher.create(this, ciphers, parameters);
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
        previousCipher = cipher;
        cipher = created;
        return created;
    }

    /**
     * Records the group, because Bouncy Castle does not retain the group of a TLS 1.2 handshake. In TLS 1.2 both sides
     * create the domain of the ServerKeyExchange last, after those of any key shares.
     */
    @Override
    public TlsECDomain createECDomain(TlsECConfig config) {
        lastGroup = config.getNamedGroup();
        return super.createECDomain(config);
    }

    /**
     * Creates a hash, and keeps it if it turns out to be that of the transcript, which Bouncy Castle clones for each
     * value that it takes. Bouncy Castle's own reference to it is not accessible.
     */
    @Override
    public TlsHash createHash(int cryptoHashAlgorithm) {
        return new JdkHash(JdkHashAlgorithm.of(cryptoHashAlgorithm), hash -> transcript = hash);
    }

    /** Returns a copy of the hash of the messages up to now. */
    JdkHash transcript() {
        return Objects.requireNonNull(transcript).copy();
    }

    /** Derives and keeps the secret of session tickets (RFC 8446 7.1). */
    void deriveResumptionMaster(SecurityParameters security, JdkHash upToClientFinished) {
        resumptionMaster = SessionSecrets.resumptionMaster(
                security.getMasterSecret(), security.getPRFCryptoHashAlgorithm(), upToClientFinished.calculateHash());
    }

    /** Returns the secret of session tickets, which the caller destroys; null if there are to be none. */
    @Nullable
    TlsSecret takeResumptionMaster() {
        TlsSecret taken = resumptionMaster;
        resumptionMaster = null;
        return taken;
    }

    void serverShareGroup(int group) {
        serverShareGroup = group;
    }

    int serverShareGroup() {
        return serverShareGroup;
    }

    /** Returns the group of the last ECDH, which in TLS 1.2 is the group of the handshake. */
    int lastGroup() {
        return lastGroup;
    }

    /** Returns the object through which this connection's handshake calls foreign code. */
    ForeignCalls foreignCalls() {
        return foreignCalls;
    }

    /** Returns why the key log failed; null if it did not. */
    @Nullable
    String keyLogFailure() {
        return keyLog == null ? null : keyLog.failure();
    }

    /** Logs the exporter secret. Called when the handshake is complete, before its secrets are cleared. */
    void logExporter(SecurityParameters security) {
        if (keyLog != null && security.getExporterMasterSecret() != null) {
            keyLog.exporter(security);
        }
    }

    /**
     * Returns the last cipher that was created, which is that of the application traffic once the handshake is done.
     */
    @Nullable
    HandshakeCipher lastCipher() {
        return cipher;
    }

    /**
     * Returns the cipher that opens the peer's records until the handshake is done. It may be older than that of
     * {@link #lastCipher}, because a TLS 1.3 server already writes with the application keys while it reads the
     * client's last flight.
     */
    @Nullable
    HandshakeCipher readCipher() {
        return previousCipher == null ? cipher : previousCipher;
    }

    /**
     * Discards the handshake keys, and all else that only the handshake needs: the exporter keeps this object for the
     * life of the connection. Called when no handshake message is left to be sent.
     */
    void retireHandshakeKeys() {
        transcript = null;
        cipher = null;
        if (previousCipher != null) {
            previousCipher.sealer().handOver();
            previousCipher.opener().handOver();
            previousCipher = null;
        }
    }
}
