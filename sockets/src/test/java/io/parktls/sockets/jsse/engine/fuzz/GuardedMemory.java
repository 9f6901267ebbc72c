package io.parktls.sockets.jsse.engine.fuzz;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;

/**
 * Memory that the buffers of a call are cut from: one array and one direct buffer, with bytes between the buffers that
 * no call may change. The buffers of sources and destinations lie in the same array, so that an engine which ignores
 * {@code arrayOffset}, position or limit changes a neighbour.
 */
final class GuardedMemory {
    private static final int SIZE = 512 * 1024;
    private static final int LARGEST_MARGIN = 24;

    /**
     * A buffer, and the place of its remaining bytes in the memory.
     *
     * @param start the index of the first byte in the memory
     * @param position the position of the buffer at the beginning
     * @param length how many bytes remain at the beginning
     */
    record Block(ByteBuffer buffer, Area area, int start, int position, int length) {
        /** Returns by how much the position has moved. */
        int moved() {
            return buffer.position() - position;
        }

        boolean hasItsLimit() {
            return buffer.limit() == position + length;
        }

        @Override
        public String toString() {
            return (area.direct ? "direct " : "heap ") + (buffer.isReadOnly() ? "read-only " : "") + length;
        }
    }

    /** One of the two kinds of memory. */
    private static final class Area {
        private final boolean direct;
        private final ByteBuffer memory;
        private final ByteBuffer before = ByteBuffer.allocate(SIZE);
        private int used;

        private Area(boolean direct) {
            this.direct = direct;
            this.memory = direct ? ByteBuffer.allocateDirect(SIZE) : ByteBuffer.allocate(SIZE);
            byte[] noise = new byte[SIZE];
            new Random(SIZE).nextBytes(noise);
            memory.put(0, noise);
        }

        /** Returns the length of the memory that holds the buffers and some bytes after them. */
        private int length() {
            return Math.min(SIZE, used + 1024);
        }
    }

    private final Area heap = new Area(false);
    private final Area direct = new Area(true);

    /** Forgets the buffers of the call before. */
    void reset() {
        heap.used = 0;
        direct.used = 0;
    }

    /** Returns an empty place for that many bytes. */
    Block destination(Random random, int length) {
        return block(random, length, new byte[0], false);
    }

    /** Returns a buffer with a content, which is sometimes read-only. */
    Block source(Random random, byte[] content) {
        return block(random, content.length, content, random.nextInt(4) == 0);
    }

    private Block block(Random random, int length, byte[] content, boolean readOnly) {
        Area area = random.nextBoolean() ? heap : direct;
        int first = area.used + random.nextInt(LARGEST_MARGIN);
        int start = first + random.nextInt(LARGEST_MARGIN);
        int last = start + length + random.nextInt(LARGEST_MARGIN);
        area.used = last + 1;
        area.memory.put(start, content);
        ByteBuffer buffer;
        if (random.nextBoolean()) {
            buffer = area.memory.slice(first, last - first);
            buffer.position(start - first);
        } else {
            buffer = area.memory.duplicate();
            buffer.position(start);
        }
        buffer.limit(buffer.position() + length);
        return new Block(readOnly ? buffer.asReadOnlyBuffer() : buffer, area, start, buffer.position(), length);
    }

    /** Remembers the content of the memory. */
    void snapshot() {
        for (Area area : List.of(heap, direct)) {
            area.before.put(0, area.memory, 0, area.length());
        }
    }

    /** Permits changes of the first bytes of a buffer since the snapshot. */
    void allow(Block block, int length) {
        block.area.before.put(block.start, block.area.memory, block.start, length);
    }

    /** Permits changes of all direct memory since the snapshot. */
    void allowDirect() {
        direct.before.put(0, direct.memory, 0, direct.length());
    }

    /** Fails if the memory has changed since the snapshot except where that is permitted. */
    void verify(String call) {
        for (Area area : List.of(heap, direct)) {
            int mismatch = area.memory.slice(0, area.length()).mismatch(area.before.slice(0, area.length()));
            if (mismatch >= 0) {
                throw new Defect(call + " changes the byte at " + mismatch + " of the "
                        + (area.direct ? "direct" : "heap") + " memory, which is not the call's to change");
            }
        }
    }
}
