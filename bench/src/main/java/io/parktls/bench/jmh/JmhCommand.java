package io.parktls.bench.jmh;

import io.parktls.bench.tool.Stdio;
import io.parktls.bench.tool.ToolVersion;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code parktls jmh}. */
@Command(
        name = "jmh",
        description = {
            "Measures the Bouncy Castle engine and its peers with JMH: one thread does both sides, in memory.",
            "",
            "Every stack verifies a leaf under a CA and the host name, and resumes nothing; both are tried before measuring."
                    + " Peers take turns, each in a JVM of its own. Figures are medians, with half the interquartile range"
                    + " beside them. A second is one of the measuring thread's processor time; how much of the time it had"
                    + " a processor stands under cpu. What is worth comparing are the ratios, best on a quiet machine.",
            ""
        },
        versionProvider = ToolVersion.class,
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class JmhCommand implements Callable<Integer> {
    private final Stdio stdio;

    @ArgGroup
    private Thoroughness thoroughness = new Thoroughness();

    @Option(
            names = "--only",
            paramLabel = "QUESTION",
            split = ",",
            description = "Answer these only: ${COMPLETION-CANDIDATES}. Default: all.")
    private Set<Question> questions = EnumSet.allOf(Question.class);

    private static final class Thoroughness {
        @Option(names = "--quick", description = "One round, for orientation: about 15 minutes.")
        private boolean quick;

        @Option(names = "--full", description = "Three rounds, for figures to quote: about 90 minutes. The default.")
        private boolean full;

        Pace pace() {
            return quick && !full ? Pace.QUICK : Pace.FULL;
        }
    }

    public JmhCommand(Stdio stdio) {
        this.stdio = stdio;
    }

    @Override
    public Integer call() throws IOException {
        Setting setting = new Setting(thoroughness.pace(), stdio.err(), stdio.out());
        describe();
        for (Question question : questions) {
            question.answer(setting);
        }
        stdio.out().println(load());
        return 0;
    }

    private void describe() throws IOException {
        for (String line : new ToolVersion().getVersion()) {
            stdio.out().println(line);
        }
        stdio.out().println(load());
        stdio.out().println();
        stdio.out().flush();
    }

    private static String load() {
        return "load average "
                + Table.number(ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage()) + " on "
                + Runtime.getRuntime().availableProcessors() + " processors";
    }
}
