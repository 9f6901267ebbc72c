package io.parktls;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The counters and the state of a {@link Watched} identity or trust, for a metrics library or a health check. The
 * counters are cumulative since the watch began.
 *
 * @param checks how often the files were read
 * @param renewals how often new content of the files was taken into use
 * @param failures how many failures were reported: contents that could not be used, or contexts that could not be
 *     renewed. A failure that lasts counts once
 * @param upToDate whether the content that the last check found is in use. False for up to two intervals after a change,
 *     and as long as the content cannot be used
 * @param lastFailure the last failure that was reported, also after its end; null if there was none
 * @param lastRenewal the time of the last renewal; null if there was none
 * @param expiry the end of the validity of the certificate in use; for a trust, that of the first certificate to expire
 */
public record WatchStatistics(
        long checks,
        long renewals,
        long failures,
        boolean upToDate,
        @Nullable String lastFailure,
        @Nullable Instant lastRenewal,
        Instant expiry) {}
