package io.parktls.openssl;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Arrays;
import java.util.Optional;

/** The two shared libraries of OpenSSL 3. Call {@link #missing()} before using any other class of this package. */
@SuppressWarnings("restricted") // This package binds foreign functions.
public final class LibSsl {
    private static final String[] NAMES = {"libcrypto.so.3", "libssl.so.3"};

    private static final SymbolLookup LIBRARIES = Arrays.stream(NAMES)
            .flatMap(name -> library(name).stream())
            .reduce(name -> Optional.empty(), SymbolLookup::or);

    private LibSsl() {}

    /** Returns the name of a library that is not installed; empty if both are installed. */
    public static Optional<String> missing() {
        return Arrays.stream(NAMES).filter(name -> library(name).isEmpty()).findFirst();
    }

    private static Optional<SymbolLookup> library(String name) {
        try {
            return Optional.of(SymbolLookup.libraryLookup(name, Arena.global()));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Returns the version, for example {@code OpenSSL 3.0.19 27 Jan 2026}. */
    public static String version() {
        return Holder.VERSION.pointer(0).reinterpret(Long.MAX_VALUE).getString(0);
    }

    private static final class Holder {
        static final NativeFunction VERSION = new NativeFunction("OpenSSL_version", Native.POINTER, Native.INT);
    }

    static MethodHandle function(String name, FunctionDescriptor shape) {
        MemorySegment address = LIBRARIES
                .find(name)
                .orElseThrow(() -> new AssertionError("this libssl has no " + name + "; OpenSSL 3 is needed"));
        return Linker.nativeLinker().downcallHandle(address, shape);
    }

    /** Returns a function pointer that calls a static method of the lookup class. It is never freed. */
    static MemorySegment callback(
            MethodHandles.Lookup lookup, String method, MemoryLayout result, MemoryLayout... args) {
        return callback(lookup, method, FunctionDescriptor.of(result, args));
    }

    /** Like {@link #callback}, for a method that returns nothing. */
    static MemorySegment voidCallback(MethodHandles.Lookup lookup, String method, MemoryLayout... args) {
        return callback(lookup, method, FunctionDescriptor.ofVoid(args));
    }

    private static MemorySegment callback(MethodHandles.Lookup lookup, String method, FunctionDescriptor shape) {
        try {
            MethodType type = shape.toMethodType();
            MethodHandle target = lookup.findStatic(lookup.lookupClass(), method, type);
            return Linker.nativeLinker().upcallStub(target, shape, Arena.global());
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }
}
