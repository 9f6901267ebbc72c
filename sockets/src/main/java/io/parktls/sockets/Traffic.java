package io.parktls.sockets;

import io.parktls.TlsConnection;

/** The bytes and records of one or more connections, including TLS overhead and handshakes. */
record Traffic(long bytesReceived, long bytesSent, long recordsReceived, long recordsSent) {
    static final Traffic NONE = new Traffic(0, 0, 0, 0);

    static Traffic of(TlsConnection connection) {
        return new Traffic(
                connection.bytesReceived(),
                connection.bytesSent(),
                connection.recordsReceived(),
                connection.recordsSent());
    }

    Traffic plus(Traffic other) {
        return new Traffic(
                bytesReceived + other.bytesReceived,
                bytesSent + other.bytesSent,
                recordsReceived + other.recordsReceived,
                recordsSent + other.recordsSent);
    }
}
