package io.parktls.bio;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The contract of every pipe, blocking or not. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class BioContract {
    private static final Executor THREADS =
            task -> Thread.ofVirtual().name("bio contract").start(task);

    private Bio near;
    private Bio far;

    /** Returns two connected ends. */
    protected abstract Bio[] open() throws IOException;

    /** Returns whether reads and writes wait instead of returning 0. */
    protected abstract boolean blocks();

    /** Returns whether {@link Bio#shutdownOutput} has an effect. */
    protected boolean halfCloses() {
        return true;
    }

    /** Returns how many bytes the longest test sends. */
    protected int volume() {
        return 700_001;
    }

    @BeforeEach
    void openEnds() throws IOException {
        Bio[] ends = open();
        near = ends[0];
        far = ends[1];
    }

    @AfterEach
    void closeEnds() throws IOException {
        near.close();
        far.close();
    }

    @Test
    void keepsTheOrderOfBytesInBothDirectionsAtOnce() throws Exception {
        byte[] there = bytes(1, volume());
        byte[] back = bytes(2, volume() * 2 / 3);
        CompletableFuture<Void> writesThere = async(() -> writeAll(near, there));
        CompletableFuture<Void> writesBack = async(() -> writeAll(far, back));
        CompletableFuture<byte[]> readsBack = supply(() -> readFully(near, back.length));
        assertArrayEquals(there, readFully(far, there.length));
        assertArrayEquals(back, readsBack.get());
        writesThere.get();
        writesBack.get();
    }

    @Test
    void movesPositionsByWhatItReturns() throws Exception {
        ByteBuffer src = ByteBuffer.wrap(bytes(3, 100)).position(10).limit(50).asReadOnlyBuffer();
        int written = near.write(src);
        assertTrue(written > 0);
        assertEquals(10 + written, src.position());
        assertEquals(50, src.limit());

        ByteBuffer dst = ByteBuffer.allocateDirect(100).position(20).limit(25);
        int read = readSome(far, dst);
        assertTrue(read > 0 && read <= 5);
        assertEquals(20 + read, dst.position());
        assertEquals(25, dst.limit());
        for (int i = 0; i < read; i++) {
            assertEquals(src.get(10 + i), dst.get(20 + i));
        }
    }

    @Test
    void readsNothingWhileThereIsNothing() throws Exception {
        assumeFalse(blocks(), "a blocking pipe waits instead");
        ByteBuffer dst = ByteBuffer.allocate(10);
        assertEquals(0, near.read(dst));
        assertEquals(0, dst.position());
    }

    @Test
    void takesPartOfAWriteThenNothingThenMoreOnceThereIsRoom() throws Exception {
        assumeFalse(blocks(), "a blocking pipe waits instead");
        byte[] content = bytes(4, 64 << 20);
        ByteBuffer src = ByteBuffer.wrap(content);
        int taken;
        int n;
        do {
            taken = src.position();
            n = near.write(src);
            assertEquals(taken + n, src.position());
        } while (n > 0);
        assertTrue(taken > 0 && taken < content.length, "a bounded pipe");

        byte[] arrived = readFully(far, taken);
        assertEquals(ByteBuffer.wrap(content, 0, taken), ByteBuffer.wrap(arrived));
        assertTrue(writeSome(near, src) > 0);
    }

    @Test
    void endsForEverOnceTheOtherEndIsClosed() throws Exception {
        writeAll(near, new byte[] {1, 2, 3});
        near.close();
        assertArrayEquals(new byte[] {1, 2, 3}, readFully(far, 3));
        assertEnded(far);
    }

    @Test
    void endsOneDirectionWhileTheOtherGoesOn() throws Exception {
        assumeTrue(halfCloses(), "this pipe has no half-close");
        writeAll(near, new byte[] {1, 2, 3});
        near.shutdownOutput();
        assertArrayEquals(new byte[] {1, 2, 3}, readFully(far, 3));
        assertEnded(far);
        assertThrows(IOException.class, () -> near.write(ByteBuffer.allocate(1)));

        byte[] reply = bytes(5, Math.min(volume(), 10_000));
        CompletableFuture<Void> writes = async(() -> writeAll(far, reply));
        assertArrayEquals(reply, readFully(near, reply.length));
        writes.get();
    }

    @Test
    void refusesEverythingAtAClosedEnd() throws Exception {
        near.close();
        assertThrows(IOException.class, () -> near.read(ByteBuffer.allocate(1)));
        assertThrows(IOException.class, () -> near.write(ByteBuffer.allocate(1)));
        near.close();
    }

    @Test
    void failsToWriteToAnEndThatIsClosed() throws Exception {
        near.close();
        // A socket detects it only by the reply to its first bytes.
        assertThrows(IOException.class, () -> {
            while (true) {
                far.write(ByteBuffer.allocate(100));
                Thread.yield();
            }
        });
    }

    @Test
    void wakesAReaderWhenItsEndIsClosed() throws Exception {
        assumeTrue(blocks() || near instanceof NotifyingBio, "this pipe has no notifications to test");
        CompletableFuture<Integer> read;
        if (near instanceof NotifyingBio notifying) {
            CompletableFuture<Void> told = new CompletableFuture<>();
            notifying.onChange(() -> told.complete(null), null);
            read = told.thenApply(nothing -> -1);
        } else {
            read = supply(() -> near.read(ByteBuffer.allocate(1)));
        }
        near.close();
        try {
            assertEquals(-1, read.get());
        } catch (ExecutionException e) {
            assertTrue(e.getCause() instanceof IOException, () -> "not " + e.getCause());
        }
    }

    @Test
    void wakesAReaderWhenTheOtherEndIsClosed() throws Exception {
        CompletableFuture<Integer> read = supply(() -> readSome(near, ByteBuffer.allocate(1)));
        far.close();
        assertEquals(-1, read.get());
    }

    private static void assertEnded(Bio bio) throws IOException {
        ByteBuffer dst = ByteBuffer.allocate(10);
        assertEquals(-1, readSome(bio, dst));
        assertEquals(-1, bio.read(dst));
        assertEquals(-1, bio.read(dst));
        assertEquals(0, dst.position());
    }

    private static byte[] bytes(int seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static void writeAll(Bio bio, byte[] bytes) throws IOException {
        ByteBuffer src = ByteBuffer.wrap(bytes);
        while (src.hasRemaining()) {
            writeSome(bio, src);
        }
    }

    private static byte[] readFully(Bio bio, int length) throws IOException {
        ByteBuffer dst = ByteBuffer.allocate(length);
        while (dst.hasRemaining()) {
            if (readSome(bio, dst) < 0) {
                throw new IOException("ended after " + dst.position() + " of " + length + " bytes");
            }
        }
        return dst.array();
    }

    private static int readSome(Bio bio, ByteBuffer dst) throws IOException {
        int n;
        while ((n = bio.read(dst)) == 0) {
            Thread.yield();
        }
        return n;
    }

    private static int writeSome(Bio bio, ByteBuffer src) throws IOException {
        int n;
        while ((n = bio.write(src)) == 0) {
            Thread.yield();
        }
        return n;
    }

    private interface Io<T> {
        T run() throws IOException;
    }

    private interface Task {
        void run() throws IOException;
    }

    private static <T> CompletableFuture<T> supply(Io<T> io) {
        CompletableFuture<T> result = new CompletableFuture<>();
        THREADS.execute(() -> {
            try {
                result.complete(io.run());
            } catch (IOException | RuntimeException e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }

    private static CompletableFuture<Void> async(Task task) {
        return supply(() -> {
            task.run();
            return null;
        });
    }
}
