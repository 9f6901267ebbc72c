package io.parktls.sockets;

import io.parktls.Interest;

/** Waits for a pipe that does its waiting itself: never. */
final class BlockingPipeParking extends Parking {
    @Override
    boolean arm(Waiter waiter, Interest interest) {
        throw new IllegalStateException("the pipe would block, and nothing tells when it is ready: use a NotifyingBio, "
                + "or TlsSocket.over(connection, channel)");
    }

    @Override
    void release() {
        // Nothing was held.
    }
}
