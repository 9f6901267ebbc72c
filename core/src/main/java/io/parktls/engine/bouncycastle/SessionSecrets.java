package io.parktls.engine.bouncycastle;

import io.parktls.CipherSuite;
import io.parktls.TlsPsk;
import java.io.IOException;
import org.bouncycastle.tls.crypto.CryptoHashAlgorithm;
import org.bouncycastle.tls.crypto.TlsCryptoUtils;
import org.bouncycastle.tls.crypto.TlsSecret;

/** Derives the secrets of session tickets of TLS 1.3 (RFC 8446 4.6.1, 7.1). */
final class SessionSecrets {
    private SessionSecrets() {}

    /** Returns Bouncy Castle's constant of the hash of a suite of TLS 1.3. */
    static int hash(CipherSuite suite) {
        return suite == CipherSuite.TLS_AES_256_GCM_SHA384 ? CryptoHashAlgorithm.sha384 : CryptoHashAlgorithm.sha256;
    }

    /** Returns Bouncy Castle's constant of the hash of an external pre-shared key. */
    static int hash(TlsPsk.Hash hash) {
        return hash == TlsPsk.Hash.SHA384 ? CryptoHashAlgorithm.sha384 : CryptoHashAlgorithm.sha256;
    }

    /**
     * Returns the resumption master secret.
     *
     * @param masterSecret the master secret of the key schedule
     * @param transcript the hash of all messages up to the client's Finished
     */
    static TlsSecret resumptionMaster(TlsSecret masterSecret, int cryptoHashAlgorithm, byte[] transcript) {
        return expandLabel(masterSecret, cryptoHashAlgorithm, "res master", transcript, transcript.length);
    }

    /**
     * Returns the pre-shared key of a ticket.
     *
     * @param nonce the ticket_nonce, which gives each ticket of a connection a key of its own
     */
    static byte[] preSharedKey(TlsSecret resumptionMaster, int cryptoHashAlgorithm, byte[] nonce) {
        int length = TlsCryptoUtils.getHashOutputSize(cryptoHashAlgorithm);
        return expandLabel(resumptionMaster, cryptoHashAlgorithm, "resumption", nonce, length)
                .extract();
    }

    private static TlsSecret expandLabel(
            TlsSecret secret, int cryptoHashAlgorithm, String label, byte[] context, int length) {
        try {
            return TlsCryptoUtils.hkdfExpandLabel(secret, cryptoHashAlgorithm, label, context, length);
        } catch (IOException e) {
            throw new IllegalStateException("a label or context of the key schedule is too long", e);
        }
    }
}
