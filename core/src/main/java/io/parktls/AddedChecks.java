package io.parktls;

import io.parktls.pki.CertificationPath;
import io.parktls.pki.KeyPins;
import io.parktls.pki.PeerVerifier;
import io.parktls.pki.Printable;
import io.parktls.revocation.RevocationChecks;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The checks that follow the verification of a chain by a {@link TlsTrust}: pins, revocation, and the application's own,
 * in this order, so that the network is asked only about peers that are accepted otherwise. Immutable.
 *
 * @param pins sets of pins, each of which must match
 * @param revocation the check of the revocation status; null if it is off
 * @param checks the application's checks
 */
record AddedChecks(List<KeyPins> pins, @Nullable RevocationChecks revocation, List<TlsPeerCheck> checks) {
    static final AddedChecks NONE = new AddedChecks(List.of(), null, List.of());

    AddedChecks {
        pins = List.copyOf(pins);
        checks = List.copyOf(checks);
    }

    AddedChecks with(KeyPins more) {
        return new AddedChecks(plus(pins, more), revocation, checks);
    }

    AddedChecks with(@Nullable RevocationChecks replacement) {
        return new AddedChecks(pins, replacement, checks);
    }

    AddedChecks with(TlsPeerCheck more) {
        return new AddedChecks(pins, revocation, plus(checks, more));
    }

    private static <T> List<T> plus(List<T> list, T element) {
        List<T> longer = new ArrayList<>(list);
        longer.add(element);
        return longer;
    }

    boolean isEmpty() {
        return pins.isEmpty() && revocation == null && checks.isEmpty();
    }

    /** Returns whether {@link #run} may block. */
    boolean mayWait() {
        return !checks.isEmpty() || (revocation != null && revocation.mayWait());
    }

    /**
     * Runs the checks.
     *
     * @param path the path by which the chain was verified
     * @param sent the chain that the peer sent
     * @param staples the OCSP responses that the peer stapled
     * @param host the host that was verified; null if none was
     */
    void run(
            CertificationPath path,
            List<X509Certificate> sent,
            List<byte[]> staples,
            PeerVerifier.Peer peer,
            @Nullable String host)
            throws TlsPeerUnverifiedException {
        for (KeyPins set : pins) {
            if (!set.matchAny(path.certificates())) {
                throw new TlsPeerUnverifiedException(
                        "none of the " + set.size() + " pins matches a key of the verified chain: "
                                + KeyPins.describe(path.certificates()),
                        TlsAlert.BAD_CERTIFICATE,
                        null);
            }
        }
        boolean server = peer == PeerVerifier.Peer.SERVER;
        if (revocation != null) {
            revocation.check(path, sent, staples, server);
        }
        if (!checks.isEmpty()) {
            TlsVerifiedPeer verified = new TlsVerifiedPeer(server, host, path.certificates(), sent, staples);
            for (TlsPeerCheck check : checks) {
                run(check, verified);
            }
        }
    }

    @SuppressWarnings("CatchingUnchecked")
    private static void run(TlsPeerCheck check, TlsVerifiedPeer peer) throws TlsPeerUnverifiedException {
        String leaf = Printable.subject(peer.chain().getFirst());
        try {
            check.verify(peer);
        } catch (TlsPeerUnverifiedException e) {
            throw e.alert().isPresent()
                    ? e
                    : new TlsPeerUnverifiedException(String.valueOf(e.getMessage()), TlsAlert.BAD_CERTIFICATE, e);
        } catch (CertificateException e) {
            throw new TlsPeerUnverifiedException(
                    "certificate " + leaf + " was refused by a check of the application: " + Printable.reasons(e),
                    TlsAlert.BAD_CERTIFICATE,
                    e);
        } catch (Exception | Error e) {
            // A check that fails has not accepted the peer; its failure ends only this handshake.
            throw new TlsPeerUnverifiedException(
                    "a check of the application failed on certificate " + leaf + ": "
                            + e.getClass().getSimpleName() + ": " + Printable.reasons(e),
                    TlsAlert.INTERNAL_ERROR,
                    e);
        }
    }
}
