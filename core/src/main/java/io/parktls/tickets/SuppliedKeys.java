package io.parktls.tickets;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Ticket keys from a supplier of an application. */
final class SuppliedKeys implements KeySource {
    private static final int MIN_LENGTH = 32;
    private static final int MAX_CAUSES = 8;
    private static final byte[] SALT = "ParkTLS supplied ticket key 1".getBytes(US_ASCII);

    private final Supplier<? extends List<byte[]>> supplier;

    SuppliedKeys(Supplier<? extends List<byte[]>> supplier) {
        this.supplier = supplier;
    }

    @Override
    public KeySet load() {
        @Nullable List<? extends byte @Nullable []> keys = supplier.get();
        if (keys == null || keys.isEmpty()) {
            throw new KeyMaterialException("the supplier of session ticket keys returned "
                    + (keys == null ? "null" : "an empty list") + ": at least one key is required");
        }
        List<KeyMaterial> materials = new ArrayList<>();
        for (byte @Nullable [] key : keys) {
            String origin = "key " + (materials.size() + 1) + " of the supplier";
            if (key == null) {
                throw new KeyMaterialException(origin + " for session tickets is null");
            }
            KeyMaterial.requireStrong(origin, key, MIN_LENGTH);
            materials.add(new KeyMaterial(origin, key, false));
        }
        // The arrays belong to the supplier, so they are not wiped here.
        return KeySet.derive(materials, SuppliedKeys::derive);
    }

    private static TicketKey derive(byte[] material) {
        byte[] extracted = Hkdf.extract(SALT, material);
        TicketKey key = TicketKey.of(Hkdf.expand(extracted, new byte[0], KeyName.LENGTH + TicketKey.LENGTH));
        Arrays.fill(extracted, (byte) 0);
        return key;
    }

    /**
     * Returns the classes of the exceptions and the place where the last cause was thrown. Messages are left out: those
     * of parsers quote their input, which is a key here, and those of drivers may quote passwords.
     */
    @Override
    public String describe(Throwable failure) {
        if (failure instanceof KeyMaterialException) {
            return String.valueOf(failure.getMessage());
        }
        StringBuilder described = new StringBuilder("the supplier threw ").append(name(failure));
        Throwable last = failure;
        for (int depth = 0; last.getCause() != null && depth < MAX_CAUSES; depth++) {
            last = last.getCause();
            described.append(", caused by ").append(name(last));
        }
        StackTraceElement[] trace = last.getStackTrace();
        return trace.length == 0
                ? described.toString()
                : described.append(", at ").append(trace[0]).toString();
    }

    private static String name(Throwable e) {
        return e.getClass().getName();
    }

    @Override
    public String toString() {
        return "of(supplier)";
    }
}
