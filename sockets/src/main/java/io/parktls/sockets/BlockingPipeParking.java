package io.parktls.sockets;

import io.parktls.Interest;

/** The parking of a blocking pipe. No thread ever parks in it, since the pipe itself waits. */
final class BlockingPipeParking extends Parking {
    @Override
    boolean arm(Waiter waiter, Interest interest) {
        throw new IllegalStateException("the pipe would block, but cannot notify the socket when it is ready: use a "
                + "blocking pipe, a NotifyingBio, or TlsSocket.over(connection, channel)");
    }

    @Override
    void release() {
        // There are no resources.
    }
}
