package io.parktls;

/** Looks for buffers that were borrowed and not given back. */
public final class BuffersInUse {
    private BuffersInUse() {}

    /** Whether the connection holds any, once nobody uses it. */
    public static boolean heldBy(TlsConnection connection) {
        return connection.holdsBuffers();
    }
}
