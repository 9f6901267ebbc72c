package io.parktls.openssl;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import org.jspecify.annotations.Nullable;

/** A function of libssl or libcrypto. */
final class NativeFunction {
    private final String name;
    private final MethodHandle handle;

    /** @param result the type of the result; null for a function that returns nothing */
    NativeFunction(String name, @Nullable MemoryLayout result, MemoryLayout... args) {
        this.name = name;
        FunctionDescriptor shape =
                result == null ? FunctionDescriptor.ofVoid(args) : FunctionDescriptor.of(result, args);
        this.handle = LibSsl.function(name, shape)
                .asSpreader(Object[].class, args.length)
                .asType(MethodType.methodType(Object.class, Object[].class));
    }

    static NativeFunction ofInt(String name, MemoryLayout... args) {
        return new NativeFunction(name, Native.INT, args);
    }

    static NativeFunction ofLong(String name, MemoryLayout... args) {
        return new NativeFunction(name, Native.LONG, args);
    }

    static NativeFunction ofPointer(String name, MemoryLayout... args) {
        return new NativeFunction(name, Native.POINTER, args);
    }

    static NativeFunction ofVoid(String name, MemoryLayout... args) {
        return new NativeFunction(name, null, args);
    }

    int integer(Object... args) {
        return (int) call(args);
    }

    long number(Object... args) {
        return (long) call(args);
    }

    MemorySegment pointer(Object... args) {
        return (MemorySegment) call(args);
    }

    void run(Object... args) {
        call(args);
    }

    /** Calls a function that returns 1 for success. Any other result is an error of the test. */
    void mustSucceed(Object... args) {
        int result = integer(args);
        if (result != 1) {
            throw new AssertionError(name + " returns " + result + ": " + ErrorQueue.oldest());
        }
    }

    private Object call(Object[] args) {
        try {
            return (Object) handle.invokeExact(args);
        } catch (Throwable e) {
            throw new AssertionError(name, e);
        }
    }
}
