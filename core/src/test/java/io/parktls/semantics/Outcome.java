package io.parktls.semantics;

import io.parktls.openssl.SslError;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How a call ended, in libssl's terms.
 *
 * @param returned what the function of libssl returns; a count for reads and writes
 * @param error what SSL_get_error then says
 * @param alert the fatal alert that passed in the call: {@code >} and its code if it was sent, {@code <} if received
 * @param detail for people: the reason in words
 * @param data what a read delivered
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
     * The pair that is compared. Of a return value that is not positive only that matters: libssl's own documentation and
     * library disagree on 0 and -1 (ERR-03), and SSL_get_error takes no notice (ERR-05).
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
