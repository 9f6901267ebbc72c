package io.parktls.wire;

/**
 * Counts the early data that a server skips because it takes none (RFC 8446 4.2.10). The client sends it behind its ClientHello,
 * under keys that the server does not have. Not thread-safe.
 */
public final class SkippedEarlyData {
    /** How many bytes of content are skipped. Most servers allow their clients no more than that. */
    public static final int LIMIT = 16_384;

    /** RFC 8446 5.2: the content type and the AEAD tag. */
    private static final int OVERHEAD = 1 + 16;

    private boolean offered;
    private boolean retryRequested;
    private int skipped;

    /** A ClientHello came. */
    public void clientHello(byte[] bytes, int bodyOffset, int bodyLength) {
        // RFC 8446 4.1.2: the second ClientHello offers none, and for the records behind the first the first counts.
        offered |= HelloScanner.offersEarlyData(bytes, bodyOffset, bodyLength);
    }

    /** Whether that ServerHello is a HelloRetryRequest. */
    public static boolean isRetryRequest(byte[] bytes, int bodyOffset, int bodyLength) {
        return HelloScanner.isRetryRequest(bytes, bodyOffset, bodyLength);
    }

    /** This server has sent a HelloRetryRequest. */
    public void retryRequested() {
        retryRequested = true;
    }

    /** Whether records that look like application data, before the second ClientHello, are early data. */
    public boolean isDueBeforeSecondHello() {
        return offered && retryRequested;
    }

    /** Whether records that do not verify, before the first one that does, are early data. */
    public boolean isDueUnderKeys() {
        return offered && !retryRequested;
    }

    /** Skips one record; returns whether that is within the limit. */
    public boolean skip(int fragmentLength) {
        skipped += Math.max(0, fragmentLength - OVERHEAD);
        return skipped <= LIMIT;
    }
}
