package io.parktls.sockets;

import io.parktls.TlsVersion;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Set;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.ContentType;

/** Messages that a hostile client sends until the server closes the connection. */
enum Flood {
    EMPTY_RECORDS(Set.of(TlsVersion.values())) {
        @Override
        void wave(FloodingClient client) throws IOException {
            client.record(ContentType.application_data, new byte[0]);
        }
    },
    WARNINGS(Set.of(TlsVersion.TLS_1_2)) {
        @Override
        void wave(FloodingClient client) throws IOException {
            client.warning(AlertDescription.no_renegotiation);
        }
    },
    USER_CANCELED(Set.of(TlsVersion.TLS_1_3)) {
        @Override
        void wave(FloodingClient client) throws IOException {
            client.warning(AlertDescription.user_canceled);
        }
    },
    KEY_UPDATES(Set.of(TlsVersion.TLS_1_3)) {
        @Override
        void wave(FloodingClient client) throws IOException {
            client.keyUpdate();
        }
    },
    RENEGOTIATIONS(Set.of(TlsVersion.TLS_1_2)) {
        @Override
        void wave(FloodingClient client) throws IOException {
            client.record(ContentType.handshake, new byte[] {1, 0, 0, 2, 3, 3});
        }
    },
    HELLO_FRAGMENTS_AFTER_THE_HANDSHAKE(Set.of(TlsVersion.TLS_1_2)) {
        private static final byte[] HEADER = {1, 0, 0x3f, 0};

        @Override
        void begin(FloodingClient client) throws IOException {
            client.record(ContentType.handshake, HEADER);
        }

        @Override
        void wave(FloodingClient client) throws IOException {
            client.record(ContentType.handshake, new byte[1]);
        }
    },
    HUGE_CLIENT_HELLO(Set.of()) {
        @Override
        void begin(OutputStream out) throws IOException {
            out.write(record(22, 1, 0xff, 0xff, 0xff));
        }

        @Override
        void wave(OutputStream out) throws IOException {
            out.write(record(22, new int[16_000]));
        }
    },
    CLIENT_HELLO_BYTE_BY_BYTE(Set.of()) {
        @Override
        void begin(OutputStream out) throws IOException {
            out.write(record(22, 1));
            out.write(record(22, 0));
            out.write(record(22, 0xff));
            out.write(record(22, 0xff));
        }

        @Override
        void wave(OutputStream out) throws IOException {
            out.write(record(22, 0));
        }
    },
    MODEST_CLIENT_HELLO_BYTE_BY_BYTE(Set.of()) {
        @Override
        void begin(OutputStream out) throws IOException {
            out.write(record(22, 1, 0, 0x20, 0));
        }

        @Override
        void wave(OutputStream out) throws IOException {
            out.write(record(22, 0));
        }
    },
    CLIENT_HELLOS(Set.of()) {
        @Override
        void wave(OutputStream out) throws IOException {
            out.write(record(22, 1, 0, 0, 2, 3, 3));
        }
    },
    WARNINGS_AT_FIRST(Set.of()) {
        @Override
        void wave(OutputStream out) throws IOException {
            out.write(record(21, 1, AlertDescription.no_renegotiation));
        }
    },
    CHANGE_CIPHER_SPECS(Set.of()) {
        @Override
        void wave(OutputStream out) throws IOException {
            out.write(record(20, 1));
        }
    },
    EMPTY_HANDSHAKE_RECORDS(Set.of()) {
        @Override
        void wave(OutputStream out) throws IOException {
            out.write(record(22));
        }
    };

    private static final int PLENTY = 1_000;

    /** The versions with which the flood follows a handshake; empty if it is sent instead of a handshake. */
    final Set<TlsVersion> afterHandshake;

    Flood(Set<TlsVersion> afterHandshake) {
        this.afterHandshake = afterHandshake;
    }

    void begin(FloodingClient client) throws IOException {}

    void wave(FloodingClient client) throws IOException {
        throw new IllegalStateException();
    }

    void begin(OutputStream out) throws IOException {}

    void wave(OutputStream out) throws IOException {
        throw new IllegalStateException();
    }

    /** Sends the flood after the handshake, until the server closes the connection. */
    final void floodUntilClosed(FloodingClient client) {
        try {
            begin(client);
            while (true) {
                wave(client);
            }
        } catch (IOException e) {
            // The server has closed the connection.
        }
    }

    /** Sends the flood instead of a handshake, until the server closes the connection. */
    final void floodUntilClosed(OutputStream out) {
        try {
            begin(out);
            ByteArrayOutputStream many = new ByteArrayOutputStream();
            for (int i = 0; i < PLENTY; i++) {
                wave(many);
            }
            while (true) {
                out.write(many.toByteArray());
            }
        } catch (IOException e) {
            // The server has closed the connection.
        }
    }

    private static byte[] record(int type, int... fragment) {
        byte[] record = new byte[5 + fragment.length];
        record[0] = (byte) type;
        Arrays.fill(record, 1, 3, (byte) 3);
        record[3] = (byte) (fragment.length >>> 8);
        record[4] = (byte) fragment.length;
        for (int i = 0; i < fragment.length; i++) {
            record[5 + i] = (byte) fragment[i];
        }
        return record;
    }
}
