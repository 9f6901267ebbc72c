package io.parktls.pki;

import io.parktls.TlsAlert;
import io.parktls.TlsPeerUnverifiedException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.security.auth.x500.X500Principal;

/**
 * Trusts only peers with one of the given public keys. The issuer of the certificate does not matter, but the
 * certificate must be within its validity period.
 */
public final class KeyVerifier implements PeerVerifier {
    private final KeyPins pins;

    /** Creates a verifier that trusts the given keys. */
    public KeyVerifier(KeyPins pins) {
        this.pins = pins;
    }

    @Override
    public void verify(List<X509Certificate> chain, String authType, Peer peer) throws TlsPeerUnverifiedException {
        X509Certificate leaf = chain.getFirst();
        if (!pins.matchAny(List.of(leaf))) {
            throw new TlsPeerUnverifiedException(
                    "the key of certificate " + Printable.subject(leaf) + " is " + KeyPins.pin(leaf)
                            + ", which is not among the " + pins.size()
                            + " trusted keys: either the peer has a new key, which must be added, or this is another"
                            + " peer",
                    TlsAlert.CERTIFICATE_UNKNOWN,
                    null);
        }
        VerificationFailures.ifNotValidNow(leaf);
    }

    @Override
    public boolean verifiesIssuers() {
        return false;
    }

    /** Returns an empty list, because the trusted keys are not those of authorities. */
    @Override
    public List<X500Principal> authorities() {
        return List.of();
    }
}
