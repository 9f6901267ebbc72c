package io.parktls.engine.bouncycastle;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.Consumer;
import org.bouncycastle.tls.SecurityParameters;
import org.bouncycastle.tls.crypto.TlsCrypto;
import org.bouncycastle.tls.crypto.TlsSecret;
import org.jspecify.annotations.Nullable;

/**
 * Logs a connection's secrets in the NSS key log format (RFC 9850). Applications enable it with
 * {@link io.parktls.TlsContext.Builder#keyLog}.
 */
final class KeyLog {
    private final Consumer<String> log;
    private final TlsCrypto crypto;
    private final ForeignCalls foreignCalls;
    private @Nullable String failure;

    /**
     * Creates a log.
     *
     * @param foreignCalls those of the connection, because a log may wait for a disk or a network
     */
    KeyLog(Consumer<String> log, TlsCrypto crypto, ForeignCalls foreignCalls) {
        this.log = log;
        this.crypto = crypto;
        this.foreignCalls = foreignCalls;
    }

    void masterSecret(SecurityParameters security) {
        log(line("CLIENT_RANDOM", security, security.getMasterSecret()));
    }

    void handshakeTraffic(SecurityParameters security) {
        log(
                line("SERVER_HANDSHAKE_TRAFFIC_SECRET", security, security.getTrafficSecretServer()),
                line("CLIENT_HANDSHAKE_TRAFFIC_SECRET", security, security.getTrafficSecretClient()));
    }

    void applicationTraffic(SecurityParameters security) {
        log(
                line("SERVER_TRAFFIC_SECRET_0", security, security.getTrafficSecretServer()),
                line("CLIENT_TRAFFIC_SECRET_0", security, security.getTrafficSecretClient()));
    }

    void exporter(SecurityParameters security) {
        log(line("EXPORTER_SECRET", security, security.getExporterMasterSecret()));
    }

    private String line(String label, SecurityParameters security, TlsSecret secret) {
        HexFormat hex = HexFormat.of();
        byte[] bytes = HandshakeCipher.copy(crypto, secret);
        String line = label + ' ' + hex.formatHex(security.getClientRandom()) + ' ' + hex.formatHex(bytes);
        Arrays.fill(bytes, (byte) 0);
        return line;
    }

    private void log(String... lines) {
        if (failure == null) {
            foreignCalls.boundary().beforeForeignCode();
            try {
                accept(lines);
            } finally {
                foreignCalls.boundary().afterForeignCode();
            }
        }
    }

    /**
     * Passes lines to the log. The exception of a failed log is not kept as a cause, because its message may quote the
     * line, which is secret.
     */
    @SuppressWarnings("CatchingUnchecked")
    private void accept(String... lines) {
        try {
            for (String line : lines) {
                log.accept(line);
            }
        } catch (Exception | Error e) {
            failure = "the key log failed with " + e.getClass().getName();
        }
    }

    /**
     * Returns why the log failed; null if it did not. The failure is not thrown when a line is logged, because the keys
     * are being changed at that time: an alert sent then would be encrypted with keys that the peer does not expect.
     */
    @Nullable
    String failure() {
        return failure;
    }
}
