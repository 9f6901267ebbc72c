package io.parktls.sockets.jsse.engine.contract;

import java.nio.ByteBuffer;

/** The kinds of buffers that callers have. */
enum Buffers {
    HEAP {
        @Override
        ByteBuffer of(int size) {
            return ByteBuffer.allocate(size);
        }
    },
    HEAP_SLICE {
        @Override
        ByteBuffer of(int size) {
            return ByteBuffer.allocate(size + 23).slice(11, size);
        }
    },
    DIRECT {
        @Override
        ByteBuffer of(int size) {
            return ByteBuffer.allocateDirect(size);
        }
    },
    DIRECT_SLICE {
        @Override
        ByteBuffer of(int size) {
            return ByteBuffer.allocateDirect(size + 23).slice(11, size);
        }
    };

    /** Returns an empty buffer of this kind. */
    abstract ByteBuffer of(int size);

    /** Returns a buffer of this kind with the given content. */
    ByteBuffer with(byte[] content) {
        return of(content.length).put(content).flip();
    }
}
