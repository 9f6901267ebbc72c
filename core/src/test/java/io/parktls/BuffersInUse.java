package io.parktls;

/** Finds connections that have not returned their record buffers. */
public final class BuffersInUse {
    private BuffersInUse() {}

    /** Returns whether the connection holds buffers. Valid only while no operation is running. */
    public static boolean heldBy(TlsConnection connection) {
        return connection.holdsBuffers();
    }
}
