package io.parktls.ocsp;

import io.parktls.TlsStapler;
import io.parktls.pki.Printable;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.logging.log4j.LogManager;
import org.jspecify.annotations.Nullable;

/**
 * The OCSP responses of one identity that may be stapled. It passes on what a {@link TlsStapler} supplies, except for
 * responses that clients would refuse. Thread-safe.
 */
public final class Staples {
    private static final byte[] NONE = {};

    private final List<X509Certificate> chain;
    private final TlsStapler stapler;

    /** The responses of the previous handshake. Two threads may both check new ones, with equal results. */
    private volatile List<Checked> latest = List.of();

    private final AtomicBoolean failureLogged = new AtomicBoolean();

    public Staples(List<X509Certificate> chain, TlsStapler stapler) {
        this.chain = chain;
        this.stapler = stapler;
    }

    /** A response with the result of its check; without an answer if it cannot be used at any time. */
    private static final class Checked {
        private final byte[] response;
        private final @Nullable OcspAnswer answer;
        private final AtomicBoolean obstacleLogged = new AtomicBoolean();

        Checked(byte[] response, @Nullable OcspAnswer answer) {
            this.response = response;
            this.answer = answer;
        }
    }

    /**
     * Returns the responses to staple at that time, in the order of the chain and with an empty array for each
     * certificate without one; an empty list if there are none. The caller must not modify the arrays.
     */
    public List<byte[]> current(Instant now) {
        List<Checked> checked;
        try {
            checked = checked(stapler.responses(chain));
        } catch (RuntimeException | Error e) {
            // Clients accept a certificate without a response more often than no handshake.
            if (failureLogged.compareAndSet(false, true)) {
                LogManager.getLogger(Staples.class)
                        .warn("the stapler of {} failed; handshakes continue without OCSP responses", subject(0), e);
            }
            return List.of();
        }
        List<byte[]> current = new ArrayList<>(chain.size());
        boolean any = false;
        for (int i = 0; i < chain.size(); i++) {
            byte[] response = i < checked.size() && isUsable(checked.get(i), i, now) ? checked.get(i).response : NONE;
            any |= response.length > 0;
            current.add(response);
        }
        return any ? current : List.of();
    }

    private List<Checked> checked(List<byte[]> responses) {
        List<Checked> known = latest;
        if (!isOf(known, responses)) {
            List<Checked> fresh = new ArrayList<>();
            for (int i = 0; i < Math.min(responses.size(), chain.size()); i++) {
                fresh.add(check(i, responses.get(i)));
            }
            known = List.copyOf(fresh);
            latest = known;
        }
        return known;
    }

    /** Returns whether the checks are of the very same arrays. */
    @SuppressWarnings("ReferenceEquality") // Equal arrays are merely checked again.
    private boolean isOf(List<Checked> known, List<byte[]> responses) {
        if (known.size() != Math.min(responses.size(), chain.size())) {
            return false;
        }
        for (int i = 0; i < known.size(); i++) {
            if (known.get(i).response != responses.get(i)) {
                return false;
            }
        }
        return true;
    }

    private Checked check(int index, byte[] response) {
        OcspAnswer answer = null;
        if (response.length > 0) {
            try {
                X509Certificate issuer = index + 1 < chain.size() ? chain.get(index + 1) : null;
                answer = OcspResponse.parse(response).answerFor(chain.get(index), issuer);
            } catch (OcspException e) {
                LogManager.getLogger(Staples.class)
                        .warn("no OCSP response is stapled to {}: {}", subject(index), e.getMessage());
            }
        }
        return new Checked(response, answer);
    }

    private boolean isUsable(Checked checked, int index, Instant now) {
        if (checked.answer == null) {
            return false;
        }
        String obstacle = checked.answer.obstacle(now);
        if (obstacle != null && checked.obstacleLogged.compareAndSet(false, true)) {
            LogManager.getLogger(Staples.class).warn("no OCSP response is stapled to {}: {}", subject(index), obstacle);
        }
        return obstacle == null;
    }

    private String subject(int index) {
        return Printable.subject(chain.get(index));
    }
}
