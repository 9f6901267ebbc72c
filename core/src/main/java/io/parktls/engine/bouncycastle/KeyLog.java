package io.parktls.engine.bouncycastle;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.Consumer;
import org.bouncycastle.tls.SecurityParameters;
import org.bouncycastle.tls.crypto.TlsCrypto;
import org.bouncycastle.tls.crypto.TlsSecret;

/**
 * Logs a connection's secrets in the NSS key log format (RFC 9850), for whoever asked for it by
 * {@link io.parktls.TlsContext.Builder#keyLog}.
 */
final class KeyLog {
    private final Consumer<String> log;
    private final TlsCrypto crypto;

    KeyLog(Consumer<String> log, TlsCrypto crypto) {
        this.log = log;
        this.crypto = crypto;
    }

    void masterSecret(SecurityParameters security) {
        line("CLIENT_RANDOM", security, security.getMasterSecret());
    }

    void handshakeTraffic(SecurityParameters security) {
        line("SERVER_HANDSHAKE_TRAFFIC_SECRET", security, security.getTrafficSecretServer());
        line("CLIENT_HANDSHAKE_TRAFFIC_SECRET", security, security.getTrafficSecretClient());
    }

    void applicationTraffic(SecurityParameters security) {
        line("SERVER_TRAFFIC_SECRET_0", security, security.getTrafficSecretServer());
        line("CLIENT_TRAFFIC_SECRET_0", security, security.getTrafficSecretClient());
    }

    void exporter(SecurityParameters security) {
        line("EXPORTER_SECRET", security, security.getExporterMasterSecret());
    }

    private void line(String label, SecurityParameters security, TlsSecret secret) {
        HexFormat hex = HexFormat.of();
        byte[] bytes = HandshakeCipher.copy(crypto, secret);
        try {
            log.accept(label + ' ' + hex.formatHex(security.getClientRandom()) + ' ' + hex.formatHex(bytes));
        } catch (RuntimeException e) {
            throw withoutMessage(e);
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    /** The failure of the log without its message, which may quote the line with the secret. */
    private static IllegalStateException withoutMessage(RuntimeException failure) {
        IllegalStateException shown = new IllegalStateException("the key log failed with "
                + failure.getClass().getName() + " (its message is not shown: it may quote secrets)");
        shown.setStackTrace(failure.getStackTrace());
        return shown;
    }
}
