package io.parktls.sockets;

import org.jspecify.annotations.Nullable;

/**
 * The counters of an {@link OcspStapler}.
 *
 * @param certificates the certificates that are known now
 * @param stapled those of them for which there is a current response with the status {@code good}
 * @param fetches the requests to responders so far
 * @param failures those of them that brought no response which can be stapled, including {@code revoked}
 * @param lastFailure the reason of the latest failure; null if there was none
 */
public record OcspStaplerStatistics(
        int certificates,
        int stapled,
        long fetches,
        long failures,
        @Nullable String lastFailure) {}
