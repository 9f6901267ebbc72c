package io.parktls.wire;

import io.parktls.TlsAlert;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A test case: a hello, and the result that the RFCs require.
 *
 * @param name describes the test case
 * @param message the whole handshake message
 * @param alert the alert that refuses it; empty if it must be accepted
 */
public record HelloCase(String name, byte[] message, Optional<TlsAlert> alert) {
    /** Collects test cases. */
    static final class Table {
        private final List<HelloCase> cases = new ArrayList<>();

        Table accepts(String name, HelloBytes hello) {
            return add(name, hello, null);
        }

        Table refuses(TlsAlert alert, String name, HelloBytes hello) {
            return add(name, hello, alert);
        }

        private Table add(String name, HelloBytes hello, @Nullable TlsAlert alert) {
            cases.add(new HelloCase(name, hello.message(), Optional.ofNullable(alert)));
            return this;
        }

        List<HelloCase> rows() {
            return List.copyOf(cases);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
