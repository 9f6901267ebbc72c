package io.parktls;

/**
 * How much of what a peer may send before the connection is ended. The defaults suit servers on the open network.
 *
 * @param handshakeMessageSize bytes of one handshake message, certificates included; at most 2^24 - 1
 * @param clientHelloSize bytes of a ClientHello
 * @param recordsWithoutData records in a row that carry no application data (empty ones, warnings, KeyUpdates); at least 1.
 *     This is a budget against floods: application data that is read fills it up again, each record of application data
 *     that this side sends allows for one more, and so does each second. KeyUpdates that answer those of this side do not
 *     count, and session tickets count for a thirty-second of a record, or more if they are long
 * @param recordsPerKey records sealed under one key before TLS 1.3 updates it (RFC 8446 5.5); at least 1. Suites with a
 *     lower limit of their own keep that
 */
public record TlsLimits(int handshakeMessageSize, int clientHelloSize, int recordsWithoutData, long recordsPerKey) {
    /** The most application data that one record holds, in bytes (RFC 8446 5.1). */
    public static final int RECORD_DATA = 16_384;

    /** 64 KiB messages, 16 KiB ClientHello, 32 records without data, 2^24 records per key. */
    public static final TlsLimits DEFAULT = new TlsLimits(65_536, 16_384, 32, 1L << 24);

    public TlsLimits {
        if (handshakeMessageSize < 1024 || handshakeMessageSize >= 1 << 24) {
            throw new IllegalArgumentException("handshakeMessageSize not in 1024..16777215: " + handshakeMessageSize);
        }
        if (clientHelloSize < 512) {
            throw new IllegalArgumentException("clientHelloSize below 512: " + clientHelloSize);
        }
        if (recordsWithoutData < 1) {
            throw new IllegalArgumentException("recordsWithoutData below 1: " + recordsWithoutData);
        }
        if (recordsPerKey < 1) {
            throw new IllegalArgumentException("recordsPerKey below 1: " + recordsPerKey);
        }
    }

    /** The same, but for {@link #handshakeMessageSize()}. */
    public TlsLimits withHandshakeMessageSize(int bytes) {
        return new TlsLimits(bytes, clientHelloSize, recordsWithoutData, recordsPerKey);
    }

    /** The same, but for {@link #clientHelloSize()}. */
    public TlsLimits withClientHelloSize(int bytes) {
        return new TlsLimits(handshakeMessageSize, bytes, recordsWithoutData, recordsPerKey);
    }

    /** The same, but for {@link #recordsWithoutData()}. */
    public TlsLimits withRecordsWithoutData(int records) {
        return new TlsLimits(handshakeMessageSize, clientHelloSize, records, recordsPerKey);
    }

    /** The same, but for {@link #recordsPerKey()}. */
    public TlsLimits withRecordsPerKey(long records) {
        return new TlsLimits(handshakeMessageSize, clientHelloSize, recordsWithoutData, records);
    }
}
