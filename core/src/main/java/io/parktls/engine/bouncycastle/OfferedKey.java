package io.parktls.engine.bouncycastle;

import io.parktls.TlsPsk;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.bouncycastle.tls.PRFAlgorithm;
import org.bouncycastle.tls.TlsPSKExternal;
import org.bouncycastle.tls.crypto.CryptoHashAlgorithm;
import org.bouncycastle.tls.crypto.TlsSecret;
import org.bouncycastle.tls.crypto.impl.AbstractTlsCrypto;
import org.jspecify.annotations.Nullable;

/**
 * A pre-shared key of TLS 1.3 that a client offers or a server accepts: the key of a session ticket, or an external
 * one.
 *
 * <p>Bouncy Castle 1.84 supports external keys only. A ticket's key differs in two points (RFC 8446 4.2.11.2, 7.1).
 * First, the binder is derived with the label "res binder" instead of "ext binder". Bouncy Castle derives it from the
 * early secret, which it extracts with the key's {@link TlsSecret} as the input; that of a ticket's key is therefore a
 * {@link KeySecret}, whose early secret replaces the label. Second, the identity has an age, which
 * {@link PreSharedKeyExtension} writes.
 */
final class OfferedKey implements TlsPSKExternal {
    private final byte[] identity;
    private final KeySecret secret;
    private final int prfAlgorithm;
    private final int obfuscatedAge;

    private OfferedKey(byte[] identity, KeySecret secret, int cryptoHashAlgorithm, int obfuscatedAge) {
        this.identity = identity;
        this.secret = secret;
        this.prfAlgorithm = cryptoHashAlgorithm == CryptoHashAlgorithm.sha384
                ? PRFAlgorithm.tls13_hkdf_sha384
                : PRFAlgorithm.tls13_hkdf_sha256;
        this.obfuscatedAge = obfuscatedAge;
    }

    /**
     * Creates the key of a ticket.
     *
     * @param secret the key, which is copied
     * @param cryptoHashAlgorithm the hash of the session's suite
     * @param obfuscatedAge the obfuscated_ticket_age; only clients need it
     */
    static OfferedKey ofTicket(
            AbstractTlsCrypto crypto, byte[] ticket, byte[] secret, int cryptoHashAlgorithm, int obfuscatedAge) {
        return new OfferedKey(ticket, new KeySecret(crypto, secret.clone(), true), cryptoHashAlgorithm, obfuscatedAge);
    }

    /** Creates an external key, whose age is 0 (RFC 8446 4.2.11). */
    static OfferedKey external(AbstractTlsCrypto crypto, TlsPsk psk) {
        return new OfferedKey(
                psk.identity(), new KeySecret(crypto, psk.key(), false), SessionSecrets.hash(psk.hash()), 0);
    }

    @Override
    public byte[] getIdentity() {
        return identity;
    }

    @Override
    public TlsSecret getKey() {
        return secret;
    }

    @Override
    public int getPRFAlgorithm() {
        return prfAlgorithm;
    }

    int obfuscatedAge() {
        return obfuscatedAge;
    }

    boolean isOfTicket() {
        return secret.ofTicket;
    }

    /** Overwrites the key and the early secret that was extracted from it. */
    void destroy() {
        secret.destroy();
        JdkSecret extracted = secret.early;
        if (extracted != null) {
            extracted.destroy();
        }
    }

    /** The key, as the input keying material of the early secret. */
    private static final class KeySecret extends JdkSecret {
        private final AbstractTlsCrypto crypto;
        private final boolean ofTicket;

        /** Null until it is extracted. */
        private @Nullable JdkSecret early;

        KeySecret(AbstractTlsCrypto crypto, byte[] key, boolean ofTicket) {
            super(crypto, key);
            this.crypto = crypto;
            this.ofTicket = ofTicket;
        }

        @Override
        JdkSecret extracted(byte[] prk) {
            JdkSecret extracted = ofTicket ? new TicketEarlySecret(crypto, prk) : super.extracted(prk);
            early = extracted;
            return extracted;
        }
    }

    /** The early secret of a ticket's key. It derives the binder key for resumption. */
    private static final class TicketEarlySecret extends JdkSecret {
        private static final byte[] EXTERNAL = "tls13 ext binder".getBytes(StandardCharsets.US_ASCII);
        private static final byte[] RESUMPTION = "tls13 res binder".getBytes(StandardCharsets.US_ASCII);

        /** The label follows the length, two bytes, and its own length, one byte (RFC 8446 7.1). */
        private static final int LABEL = 3;

        TicketEarlySecret(AbstractTlsCrypto crypto, byte[] secret) {
            super(crypto, secret);
        }

        @Override
        public synchronized TlsSecret hkdfExpand(int cryptoHashAlgorithm, byte[] info, int length) {
            int end = LABEL + EXTERNAL.length;
            if (info.length <= end || !Arrays.equals(info, LABEL, end, EXTERNAL, 0, EXTERNAL.length)) {
                return super.hkdfExpand(cryptoHashAlgorithm, info, length);
            }
            byte[] resumption = info.clone();
            System.arraycopy(RESUMPTION, 0, resumption, LABEL, RESUMPTION.length);
            return super.hkdfExpand(cryptoHashAlgorithm, resumption, length);
        }
    }
}
