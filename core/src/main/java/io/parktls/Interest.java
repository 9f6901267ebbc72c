package io.parktls;

/** What a stalled operation waits for. */
public enum Interest {
    /** The pipe to deliver bytes, or to end. */
    READ,
    /** The pipe to take bytes. */
    WRITE,
    /** Whichever of the two comes first. */
    READ_OR_WRITE;

    /** Whether bytes to read would end the wait. */
    public boolean includesRead() {
        return this != WRITE;
    }

    /** Whether room to write would end the wait. */
    public boolean includesWrite() {
        return this != READ;
    }
}
