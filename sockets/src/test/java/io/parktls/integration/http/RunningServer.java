package io.parktls.integration.http;

/** A server that listens on a port of {@code localhost} until it is closed. */
record RunningServer(int port, Runnable stop) implements AutoCloseable {
    @Override
    public void close() {
        stop.run();
    }
}
