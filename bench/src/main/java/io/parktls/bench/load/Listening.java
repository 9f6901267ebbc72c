package io.parktls.bench.load;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * A server that listens, for as long as its JVM lives.
 *
 * @param port where
 */
record Listening(int port) {
    /** How many connections may wait to be accepted: for every server the same. */
    static final int BACKLOG = 1_024;

    /** The loopback, at any port. */
    static InetSocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }
}
