package io.parktls.sockets;

import io.parktls.Interest;

/** Waits for a pipe that does its waiting itself: never. */
final class BlockingPipe extends Parking {
    @Override
    void beforeYield(Waiter waiter) {
        throw notBlocking();
    }

    @Override
    boolean arm(Waiter waiter, Interest interest) {
        throw notBlocking();
    }

    @Override
    void release() {
        // Nothing was held.
    }

    private static IllegalStateException notBlocking() {
        return new IllegalStateException(
                "the pipe would block, and nothing tells when it is ready: use a NotifyingBio, "
                        + "or TlsSocket.over(connection, channel)");
    }
}
