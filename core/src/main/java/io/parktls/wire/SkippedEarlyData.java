package io.parktls.wire;

/**
 * Counts the early data that a server skips because it accepts none (RFC 8446 4.2.10). The client sends the early data
 * after its ClientHello, under keys that the server does not have. Not thread-safe.
 */
public final class SkippedEarlyData {
    /** How many bytes of content the server skips. Most servers allow their clients no more. */
    public static final int LIMIT = 16_384;

    /** The length of the content type and the AEAD tag (RFC 8446 5.2). */
    private static final int OVERHEAD = 1 + 16;

    private boolean offered;
    private boolean retryRequested;
    private int skipped;

    /** Records whether a received ClientHello offers early data. */
    public void clientHello(byte[] bytes, int bodyOffset, int bodyLength) {
        // The second ClientHello offers none (RFC 8446 4.1.2), but records sent after the first may still arrive.
        offered |= HelloScanner.offersEarlyData(bytes, bodyOffset, bodyLength);
    }

    /** Returns whether the ServerHello is a HelloRetryRequest. */
    public static boolean isRetryRequest(byte[] bytes, int bodyOffset, int bodyLength) {
        return HelloScanner.isRetryRequest(bytes, bodyOffset, bodyLength);
    }

    /** Records that this server has sent a HelloRetryRequest. */
    public void retryRequested() {
        retryRequested = true;
    }

    /** Returns whether records of application data before the second ClientHello are early data. */
    public boolean isDueBeforeSecondHello() {
        return offered && retryRequested;
    }

    /** Returns whether records that do not authenticate, before the first one that does, are early data. */
    public boolean isDueUnderKeys() {
        return offered && !retryRequested;
    }

    /** Counts one skipped record. Returns whether the total is within the limit. */
    public boolean skip(int fragmentLength) {
        skipped += Math.max(0, fragmentLength - OVERHEAD);
        return skipped <= LIMIT;
    }
}
