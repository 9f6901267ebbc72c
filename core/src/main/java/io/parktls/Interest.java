package io.parktls;

/** The readiness of a pipe that an operation waits for. */
public enum Interest {
    /** The pipe has bytes to read, or its stream has ended. */
    READ,
    /** The pipe accepts bytes. */
    WRITE,
    /** The pipe is ready to read or to write, whichever comes first. */
    READ_OR_WRITE;

    /** {@return whether the wait ends when the pipe is ready to read} */
    public boolean includesRead() {
        return this != WRITE;
    }

    /** {@return whether the wait ends when the pipe is ready to write} */
    public boolean includesWrite() {
        return this != READ;
    }
}
