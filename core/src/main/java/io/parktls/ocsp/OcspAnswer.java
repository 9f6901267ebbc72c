package io.parktls.ocsp;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The part of an OCSP response that concerns one certificate (RFC 6960 4.2.1).
 *
 * @param status whether the certificate is good
 * @param thisUpdate when the responder knew this status
 * @param nextUpdate when newer information will be available; null if the responder states that it always is
 * @param revoked when the certificate was revoked, and why, for messages; empty unless it was
 */
public record OcspAnswer(
        Status status, Instant thisUpdate, @Nullable Instant nextUpdate, String revoked) {
    /** How long a response without nextUpdate is stapled. RFC 6960 4.2.2.1 calls it outdated at once. */
    static final Duration WITHOUT_NEXT_UPDATE = Duration.ofHours(1);

    /** How far the responder's clock may be ahead of this one. */
    private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

    /** The status of a certificate. */
    public enum Status {
        GOOD,
        REVOKED,
        UNKNOWN
    }

    /** Returns when the answer becomes outdated. */
    public Instant expires() {
        return nextUpdate == null ? thisUpdate.plus(WITHOUT_NEXT_UPDATE) : nextUpdate;
    }

    /** Returns whether clients whose clock shows that time accept the answer as current (RFC 6960 3.2). */
    public boolean isCurrent(Instant now) {
        return !now.isBefore(thisUpdate.minus(CLOCK_SKEW)) && now.isBefore(expires());
    }

    /** Returns why a server does not staple the answer at that time; null if it does. */
    public @Nullable String obstacle(Instant now) {
        if (status != Status.GOOD) {
            return "the OCSP response states that the certificate is "
                    + (status == Status.REVOKED ? "revoked" + revoked : "unknown to the responder");
        }
        if (!isCurrent(now)) {
            return "the OCSP response is valid from " + thisUpdate + " until " + expires() + ", and it is " + now;
        }
        return null;
    }
}
