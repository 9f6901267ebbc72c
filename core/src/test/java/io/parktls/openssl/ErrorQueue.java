package io.parktls.openssl;

import static io.parktls.openssl.Native.LONG;

/** The error queue of the calling thread (ERR_get_error(3)). */
@SuppressWarnings("restricted") // This package binds foreign functions.
public final class ErrorQueue {
    private static final NativeFunction PEEK = NativeFunction.ofLong("ERR_peek_error");
    private static final NativeFunction CLEAR = NativeFunction.ofVoid("ERR_clear_error");
    private static final NativeFunction REASON = NativeFunction.ofPointer("ERR_reason_error_string", LONG);

    /** ERR_SYSTEM_FLAG: the code is an errno instead of a reason. */
    private static final long SYSTEM = 0x80000000L;

    private static final long REASON_MASK = 0x7FFFFF;

    private ErrorQueue() {}

    static void clear() {
        CLEAR.run();
    }

    /** Returns the reason number of the oldest entry, or 0 if there is none. */
    public static int oldestReason() {
        long code = PEEK.number();
        return (code & SYSTEM) != 0 ? 0 : (int) (code & REASON_MASK);
    }

    /** Returns the reason of the oldest entry in words; an empty string if there is no entry. */
    public static String oldest() {
        long code = PEEK.number();
        if (code == 0) {
            return "";
        }
        var text = REASON.pointer(code);
        return Native.isNull(text)
                ? "reason " + (code & REASON_MASK)
                : text.reinterpret(Long.MAX_VALUE).getString(0);
    }
}
