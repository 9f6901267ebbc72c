package io.parktls.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.WatchOptions;
import io.parktls.resumption.AdjustableClock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests the thread that checks the files of all watches. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class WatchThreadTest {
    private static final WatchOptions OPTIONS = WatchOptions.DEFAULT.withInterval(Duration.ofMillis(10));

    @TempDir
    private Path directory;

    private final WatchThread thread = new WatchThread();

    /** Loads a text. */
    private record TextFile(Path file) implements FileLoader<String> {
        @Override
        public List<Path> files() {
            return List.of(file);
        }

        @Override
        public Loaded<String> load(List<byte[]> contents, Instant now) {
            return new Loaded<>(
                    new String(contents.getFirst(), StandardCharsets.US_ASCII), TestPki.ca(KeyKind.ECDSA_P256));
        }
    }

    private FileWatch<String> watch(String name) throws IOException {
        return watch(name, InstantSource.system());
    }

    private FileWatch<String> watch(String name, InstantSource clock) throws IOException {
        Path file = Files.writeString(directory.resolve(name), "first");
        return FileWatch.open(new TextFile(file), OPTIONS, clock, thread);
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(directory.resolve(name), text);
    }

    private static void eventually(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(candidate -> candidate.getName().equals("parktls-watch"))
                .filter(Thread::isDaemon)
                .count();
    }

    @Test
    void oneThreadChecksAllWatchesAndEndsWithTheLast() throws Exception {
        long before = threads();
        assertFalse(thread.isRunning());
        List<FileWatch<String>> watches = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            watches.add(watch("file" + i));
        }
        for (int i = 0; i < 200; i++) {
            write("file" + i, "second");
        }
        eventually(() -> watches.stream().allMatch(watch -> watch.current().equals("second")));
        assertEquals(before + 1, threads());
        watches.subList(1, 200).forEach(FileWatch::close);
        assertEquals(1, thread.size());
        write("file0", "third");
        eventually(() -> watches.getFirst().current().equals("third"));
        watches.getFirst().close();
        eventually(() -> !thread.isRunning());
        eventually(() -> threads() <= before);

        // It begins again with the next watch.
        try (FileWatch<String> next = watch("next")) {
            write("next", "second");
            eventually(() -> next.current().equals("second"));
        }
        eventually(() -> !thread.isRunning());
    }

    @Test
    void aWatchThatIsDroppedIsNoLongerChecked() throws Exception {
        for (int i = 0; i < 20; i++) {
            watch("dropped" + i);
        }
        FileWatch<String> kept = watch("kept");
        eventually(() -> {
            System.gc();
            return thread.size() == 1;
        });
        write("kept", "second");
        eventually(() -> kept.current().equals("second"));
        kept.close();
        eventually(() -> !thread.isRunning());
    }

    @Test
    void theThreadEndsIfAllWatchesAreDropped() throws Exception {
        watch("dropped");
        eventually(() -> {
            System.gc();
            return !thread.isRunning();
        });
    }

    @Test
    void aFileSystemThatDoesNotAnswerStopsOnlyItsOwnWatch() throws Exception {
        AdjustableClock clock = new AdjustableClock();
        FileWatch<String> stuck = watch("stuck", clock);
        FileWatch<String> other = watch("other");
        // Opening a FIFO waits until another process opens it for writing.
        Path fifo = directory.resolve("fifo");
        makeFifo(fifo);
        Files.move(fifo, directory.resolve("stuck"), StandardCopyOption.REPLACE_EXISTING);
        long before = other.statistics().checks();
        eventually(() -> other.statistics().checks() > before + 20);
        write("other", "second");
        eventually(() -> other.current().equals("second"));
        assertEquals("first", stuck.current());

        clock.move(Duration.ofMinutes(2));
        eventually(() -> stuck.statistics().failures() == 1);
        assertEquals(
                "the file system has not answered for 60 s", stuck.statistics().lastFailure());
        // Closing does not wait for the check.
        stuck.close();
        other.close();
        eventually(() -> !thread.isRunning());
        // Ends the check. Opening a FIFO for both directions does not wait.
        try (FileChannel writer =
                FileChannel.open(directory.resolve("stuck"), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            writer.write(ByteBuffer.wrap(new byte[1]));
        }
        assertEquals("first", stuck.current());
    }

    private static void makeFifo(Path fifo) throws InterruptedException {
        try {
            Process process =
                    new ProcessBuilder("mkfifo", fifo.toString()).inheritIO().start();
            assertEquals(0, process.waitFor());
        } catch (IOException e) {
            Assumptions.abort("the command mkfifo is not installed: " + e.getMessage());
        }
    }
}
