package io.parktls;

/**
 * The limits on what a peer may send; a connection fails if the peer exceeds one. The defaults suit servers on the open
 * network.
 *
 * @param handshakeMessageSize the largest handshake message in bytes, for instance a Certificate; 1,024 to 2^24 - 1
 * @param clientHelloSize the largest ClientHello in bytes; at least 512
 * @param recordsWithoutData how many records without application data (empty records, warnings, KeyUpdates) a peer may
 *     send in a row; at least 1. It is a budget against floods: reading application data restores it in full, and each
 *     record of application data that this end sends adds one, as does each second. KeyUpdates that answer KeyUpdates
 *     of this end do not count; a session ticket counts as a thirty-second of a record, or more if it is long
 * @param recordsPerKey how many records TLS 1.3 seals under one key before it updates the key (RFC 8446 5.5); at least
 *     1. A suite with a lower limit of its own keeps that limit
 */
public record TlsLimits(int handshakeMessageSize, int clientHelloSize, int recordsWithoutData, long recordsPerKey) {
    /** The most application data that one record holds, in bytes (RFC 8446 5.1). */
    public static final int RECORD_DATA = 16_384;

    /** The default limits: 64 KiB messages, 16 KiB ClientHello, 32 records without data, 2^24 records per key. */
    public static final TlsLimits DEFAULT = new TlsLimits(65_536, 16_384, 32, 1L << 24);

    /**
     * Checks the limits.
     *
     * @throws IllegalArgumentException if a limit is out of range; the message names it
     */
    public TlsLimits {
        if (handshakeMessageSize < 1024 || handshakeMessageSize >= 1 << 24) {
            throw new IllegalArgumentException(
                    "handshakeMessageSize must be 1024 to 16777215 bytes, not " + handshakeMessageSize);
        }
        if (clientHelloSize < 512) {
            throw new IllegalArgumentException("clientHelloSize must be at least 512 bytes, not " + clientHelloSize);
        }
        if (recordsWithoutData < 1) {
            throw new IllegalArgumentException("recordsWithoutData must be at least 1, not " + recordsWithoutData);
        }
        if (recordsPerKey < 1) {
            throw new IllegalArgumentException("recordsPerKey must be at least 1, not " + recordsPerKey);
        }
    }

    /**
     * {@return these limits with another {@link #handshakeMessageSize()}}
     *
     * @param bytes the largest handshake message in bytes
     */
    public TlsLimits withHandshakeMessageSize(int bytes) {
        return new TlsLimits(bytes, clientHelloSize, recordsWithoutData, recordsPerKey);
    }

    /**
     * {@return these limits with another {@link #clientHelloSize()}}
     *
     * @param bytes the largest ClientHello in bytes
     */
    public TlsLimits withClientHelloSize(int bytes) {
        return new TlsLimits(handshakeMessageSize, bytes, recordsWithoutData, recordsPerKey);
    }

    /**
     * {@return these limits with another {@link #recordsWithoutData()}}
     *
     * @param records the number of records
     */
    public TlsLimits withRecordsWithoutData(int records) {
        return new TlsLimits(handshakeMessageSize, clientHelloSize, records, recordsPerKey);
    }

    /**
     * {@return these limits with another {@link #recordsPerKey()}}
     *
     * @param records the number of records
     */
    public TlsLimits withRecordsPerKey(long records) {
        return new TlsLimits(handshakeMessageSize, clientHelloSize, recordsWithoutData, records);
    }
}
