package io.parktls.bench.jmh;

import io.parktls.bench.jmh.stack.Peer;
import io.parktls.bench.measure.Table;
import io.parktls.bench.tool.Stdio;
import io.parktls.bench.tool.ToolCommand;
import io.parktls.bench.tool.ToolVersion;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
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
                    + " Peers take turns of half a second, each in a JVM of its own, so that what changes on the machine"
                    + " changes for all. Figures are medians, with half the interquartile range beside them; a ratio is the"
                    + " median of those of each round. A second is one of the measuring thread's processor time; how much of the time it had"
                    + " a processor stands under cpu. What is worth comparing are the ratios, best on a quiet machine.",
            ""
        })
public final class JmhCommand extends ToolCommand {
    @ArgGroup
    private Thoroughness thoroughness = new Thoroughness();

    @Option(
            names = "--only",
            paramLabel = "QUESTION",
            split = ",",
            description = "Answer these only: ${COMPLETION-CANDIDATES}. Default: all.")
    private Set<Question> questions = EnumSet.allOf(Question.class);

    @Option(
            names = "--of",
            paramLabel = "PEER",
            split = ",",
            completionCandidates = PeerNames.class,
            description = "Measure these only: ${COMPLETION-CANDIDATES}. Default: all.")
    private Set<Peer> peers = EnumSet.allOf(Peer.class);

    /** The names on the command line, which differ from the titles in tables. */
    private static final class PeerNames implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Stream.of(Peer.values())
                    .map(peer -> peer.name().toLowerCase(Locale.ROOT))
                    .iterator();
        }
    }

    private static final class Thoroughness {
        @Option(names = "--quick", description = "A JVM for each peer, for orientation: about 20 minutes.")
        private boolean quick;

        @Option(
                names = "--full",
                description = "Three JVMs for each, for figures to quote: about 90 minutes. The default.")
        private boolean full;

        Pace pace() {
            return quick && !full ? Pace.QUICK : Pace.FULL;
        }
    }

    public JmhCommand(Stdio stdio) {
        super(stdio);
    }

    @Override
    public Integer call() throws IOException {
        Setting setting = new Setting(thoroughness.pace(), peers, stdio.err(), stdio.out());
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
