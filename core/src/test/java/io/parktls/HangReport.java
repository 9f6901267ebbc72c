package io.parktls;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.HotSpotDiagnosticMXBean.ThreadDumpFormat;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.PreInterruptCallback;
import org.junit.jupiter.api.extension.PreInterruptContext;

/**
 * Writes the stacks of all threads, virtual ones too, to a file in {@code target/hangs} before a test that has timed out
 * is interrupted: a hang that occurs once in a thousand runs is understood from that or not at all. JUnit loads this
 * extension by itself, and the CI run prints the files.
 */
public final class HangReport implements PreInterruptCallback {
    private static final int FRAMES = 30;

    /** The first part of our classes' names. Stacks without them are those of the JVM's own threads and of libraries. */
    private static final String OURS = "io.parktls.";

    @Override
    public void beforeThreadInterrupt(PreInterruptContext interrupt, ExtensionContext test) throws IOException {
        Path report = Files.createTempFile(Files.createDirectories(Path.of("target", "hangs")), "hang-", ".txt");
        Files.writeString(report, test.getUniqueId() + " has timed out. The threads are:\n" + threads());
    }

    /**
     * Returns the stacks of all threads, each once, with the names of its threads. Those with our classes come first,
     * and among them the rarest.
     */
    static String threads() throws IOException {
        Path directory = Files.createTempDirectory("threads");
        Path dump = directory.resolve("dump");
        try {
            ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                    .dumpThreads(dump.toAbsolutePath().toString(), ThreadDumpFormat.TEXT_PLAIN);
            return grouped(Files.readString(dump));
        } finally {
            Files.deleteIfExists(dump);
            Files.delete(directory);
        }
    }

    /** Threads are paragraphs of the dump: a line with number, name and state, and a line for each frame or lock. */
    private static String grouped(String dump) {
        Map<String, List<String>> byStack = new TreeMap<>();
        for (String paragraph : dump.split("\n\n")) {
            String[] nameAndStack = paragraph.split("\n", 2);
            if (nameAndStack.length == 2 && nameAndStack[0].startsWith("#")) {
                String stack = nameAndStack[1]
                        .lines()
                        .filter(line -> line.startsWith("    at "))
                        .limit(FRAMES)
                        .collect(Collectors.joining("\n"));
                byStack.computeIfAbsent(stack, _ -> new ArrayList<>()).add(nameAndStack[0]);
            }
        }
        return byStack.entrySet().stream()
                .sorted(Comparator.comparing((Map.Entry<String, List<String>> group) ->
                                !group.getKey().contains(OURS))
                        .thenComparing(group -> group.getValue().size()))
                .map(group -> group.getValue().size() + " x "
                        + group.getValue().stream().limit(5).collect(Collectors.joining(", ")) + "\n" + group.getKey())
                .collect(Collectors.joining("\n\n"));
    }
}
