package io.parktls.revocation;

import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The answer of one source about the status of a certificate.
 *
 * @param status the status
 * @param detail the source and, unless the status is {@link Status#GOOD}, the reason: the part of a message after
 *     "revoked" or "unknown"
 * @param cause the exception behind the answer; null if there is none
 */
record Answer(Status status, String detail, @Nullable Throwable cause) {
    /** The status of a certificate. */
    enum Status {
        GOOD,
        REVOKED,
        /** The source has no valid answer. */
        UNDETERMINED
    }

    static Answer good(String source) {
        return new Answer(Status.GOOD, source, null);
    }

    /** Returns the answer that a certificate is revoked. */
    static Answer revoked(String source, Instant since, @Nullable Enum<?> reason, @Nullable Throwable cause) {
        String why = reason == null
                ? ""
                : " (" + reason.name().toLowerCase(Locale.ROOT).replace('_', ' ') + ")";
        return new Answer(Status.REVOKED, "since " + since + why + ", according to " + source, cause);
    }

    static Answer undetermined(String source, String problem, @Nullable Throwable cause) {
        return new Answer(Status.UNDETERMINED, source + " " + problem, cause);
    }
}
