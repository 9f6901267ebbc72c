package io.parktls.sockets.jsse.engine.fuzz;

import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;

/** A {@link Wire} that delivers at once. One thread writes while another one reads. */
final class SharedWire {
    private final ReentrantLock lock = new ReentrantLock();

    /** Guarded by {@link #lock}. */
    private final Wire wire = new Wire();

    private final Changes changes;

    SharedWire(Changes changes) {
        this.changes = changes;
    }

    void write(ByteBuffer source) {
        int length = source.remaining();
        lock.lock();
        try {
            wire.write(source);
            wire.deliver(length);
        } finally {
            lock.unlock();
        }
        changes.record();
    }

    int available() {
        lock.lock();
        try {
            return wire.available();
        } finally {
            lock.unlock();
        }
    }

    byte[] peek(int length) {
        byte[] bytes = new byte[length];
        lock.lock();
        try {
            wire.peek(bytes, length);
            return bytes;
        } finally {
            lock.unlock();
        }
    }

    void consume(int length) {
        lock.lock();
        try {
            wire.consume(length);
        } finally {
            lock.unlock();
        }
    }
}
