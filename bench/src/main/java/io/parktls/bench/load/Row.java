package io.parktls.bench.load;

import io.parktls.TlsLimits;
import java.util.Locale;

/** The workloads, each a row of the results, in the order in which they are measured. */
enum Row {
    START_UP("start-up to first handshake", Kind.START_UP, 1, 0),
    HANDSHAKE("connect and full handshake", Kind.HANDSHAKE, 32, 0),
    RESUMED("connect and resumed handshake", Kind.RESUMED, 32, 0),
    ECHO_1("echo of 64 B, 1 connection", Kind.ECHO, 1, 64),
    BULK_SEND_1("bulk from the server, 1 connection", Kind.SEND, 1, 1 << 16),
    BULK_SEND_16("bulk from the server, 16 connections", Kind.SEND, 16, 1 << 16),
    BULK_TAKE_1("bulk to the server, 1 connection", Kind.TAKE, 1, 1 << 16),
    BULK_TAKE_16("bulk to the server, 16 connections", Kind.TAKE, 16, 1 << 16),
    REQUEST_1K("request and response of 1 KB, 16 connections", Kind.REQUEST, 16, 1_000),
    REQUEST_100K("request and response of 100 KB, 16 connections", Kind.REQUEST, 16, 100_000),
    ECHO_100("echo of 64 B, 100 connections", Kind.ECHO, 100, 64),
    RATE_100_1K(100, 1_000),
    RATE_100_5K(100, 5_000),
    RATE_100(100, 10_000),
    RATE_100_20K(100, 20_000),
    IDLE_2000("idle, of 2,000 connections", Kind.IDLE, 2_000, 64),
    ECHO_2000("echo of 64 B, 2,000 connections", Kind.ECHO, 2_000, 64),
    RATE_2000_1K(2_000, 1_000),
    RATE_2000_5K(2_000, 5_000),
    RATE_2000(2_000, 10_000),
    RATE_2000_20K(2_000, 20_000),
    ECHO_8000("echo of 64 B, 8,000 connections", Kind.ECHO, 8_000, 64),
    RATE_8000_1K(8_000, 1_000),
    RATE_8000_5K(8_000, 5_000),
    RATE_8000(8_000, 10_000),
    RATE_8000_20K(8_000, 20_000);

    /** A megabyte, in bytes. */
    static final double MEGABYTE = 1e6;

    private static final int MANY_CONNECTIONS = 100;

    enum Kind {
        START_UP(Metric.MILLIS),
        HANDSHAKE(Metric.RATE),
        RESUMED(Metric.RATE),
        ECHO(Metric.RATE),
        REQUEST(Metric.RATE),
        /** The server sends. */
        SEND(Metric.RATE),
        /** The server receives. */
        TAKE(Metric.RATE),
        FIXED_RATE(Metric.P99),
        IDLE(Metric.HEAP);

        private final Metric figure;

        Kind(Metric figure) {
            this.figure = figure;
        }
    }

    private final String title;
    private final Kind kind;
    private final int connections;
    private final int size;
    private final int rate;

    Row(String title, Kind kind, int connections, int size) {
        this(title, kind, connections, size, 0);
    }

    /** A row of small echoes at a fixed rate. */
    Row(int connections, int rate) {
        this(
                String.format(Locale.ROOT, "echo of 64 B, %,d connections, %,d a second", connections, rate),
                Kind.FIXED_RATE,
                connections,
                64,
                rate);
    }

    Row(String title, Kind kind, int connections, int size, int rate) {
        this.title = title;
        this.kind = kind;
        this.connections = connections;
        this.size = size;
        this.rate = rate;
    }

    String title() {
        return title;
    }

    Kind kind() {
        return kind;
    }

    int connections() {
        return connections;
    }

    /** Whether there are too many connections to have them with all servers at the same time. */
    boolean hasManyConnections() {
        return connections > MANY_CONNECTIONS;
    }

    /** Requests per second over all connections, in a row with a fixed rate; otherwise 0. */
    int rate() {
        return rate;
    }

    /** The size of a request, or of a buffer for bulk transfers, in bytes. */
    int size() {
        return size;
    }

    /** The data in most of the records, in bytes. */
    int recordSize() {
        return Math.min(size, TlsLimits.RECORD_DATA);
    }

    /** How many times one end seals a record and opens one for an operation or a MB. */
    double recordsSealedAndOpened() {
        // A MB is sealed at one end and opened at the other.
        return isBulk() ? 0.5 * MEGABYTE / recordSize() : (double) size / recordSize();
    }

    boolean isBulk() {
        return kind == Kind.SEND || kind == Kind.TAKE;
    }

    /** The main figure. */
    Metric figure() {
        return kind.figure;
    }

    /** The unit of {@link #figure}. */
    String unit() {
        return switch (kind) {
            case SEND, TAKE -> "MB/s";
            case HANDSHAKE, RESUMED, ECHO, REQUEST -> "per second";
            case FIXED_RATE -> "us, p99";
            case IDLE -> "bytes of heap each";
            case START_UP -> "ms";
        };
    }

    /** The name on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
