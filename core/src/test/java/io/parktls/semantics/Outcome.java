package io.parktls.semantics;

import io.parktls.openssl.SslError;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of a call, in libssl's terms.
 *
 * @param returned the return value of libssl's function; the number of bytes for reads and writes
 * @param error the result of SSL_get_error
 * @param alert the fatal alert of the call: {@code >} and its code if it was sent, {@code <} and its code if it was
 *     received
 * @param detail the reason in words, which is not compared
 * @param data the bytes that a read returned
 */
record Outcome(int returned, SslError error, String alert, String detail, byte[] data) {
    private static final byte[] NONE = {};

    static Outcome ok(int returned) {
        return new Outcome(returned, SslError.NONE, "", "", NONE);
    }

    static Outcome data(byte[] data) {
        return new Outcome(data.length, SslError.NONE, "", "", data);
    }

    static Outcome failed(int returned, SslError error, String alert, @Nullable String detail) {
        return new Outcome(returned, error, alert, String.valueOf(detail), NONE);
    }

    boolean isOk() {
        return error == SslError.NONE;
    }

    boolean wantsRead() {
        return error == SslError.WANT_READ;
    }

    boolean wantsWrite() {
        return error == SslError.WANT_WRITE;
    }

    boolean isRetry() {
        return wantsRead() || wantsWrite();
    }

    boolean isClosed() {
        return error == SslError.ZERO_RETURN;
    }

    boolean isFatal() {
        return error == SslError.SSL || error == SslError.SYSCALL;
    }

    /**
     * Returns the part of the outcome that is compared. It does not distinguish 0 from negative return values:
     * libssl's documentation disagrees with the library on 0 and -1 (ERR-03), and SSL_get_error ignores the difference
     * (ERR-05).
     */
    String verdict() {
        return switch (error) {
            case NONE -> Integer.toString(returned);
            case WANT_READ -> "R";
            case WANT_WRITE -> "W";
            case ZERO_RETURN -> "closed";
            case SYSCALL -> "SYSCALL";
            default -> error.name();
        };
    }

    @Override
    public String toString() {
        return verdict() + alert + (detail.isEmpty() ? "" : " (" + detail + ")");
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Outcome that
                && verdict().equals(that.verdict())
                && alert.equals(that.alert)
                && Arrays.equals(data, that.data);
    }

    @Override
    public int hashCode() {
        return verdict().hashCode();
    }
}
