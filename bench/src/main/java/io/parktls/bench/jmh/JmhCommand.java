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
            "Compares the Bouncy Castle engine with other TLS implementations, with JMH: one thread does both sides, in memory.",
            "",
            "Every implementation verifies a certificate issued by a CA and the host name. Sessions are resumed in the tables"
                    + " about that, where each handshake is checked, and nowhere else. All this is checked before the"
                    + " measurement. Each runs in a JVM of its own. The JVMs take turns of half a second, so"
                    + " that a change in the speed of the machine affects all of them. Figures are medians, followed by half the"
                    + " interquartile range; a ratio is the median of the ratios of each round. Seconds are seconds of the"
                    + " measuring thread's processor time; the column cpu has the share of the time in which the thread had a"
                    + " processor. Compare the ratios rather than the figures, best on a quiet machine.",
            ""
        })
public final class JmhCommand extends ToolCommand {
    @ArgGroup
    private Thoroughness thoroughness = new Thoroughness();

    @Option(
            names = "--only",
            paramLabel = "QUESTION",
            split = ",",
            description = "Answer these questions only: ${COMPLETION-CANDIDATES}. Default: all.")
    private Set<Question> questions = EnumSet.allOf(Question.class);

    @Option(
            names = "--of",
            paramLabel = "PEER",
            split = ",",
            completionCandidates = PeerNames.class,
            description = "Measure these implementations only: ${COMPLETION-CANDIDATES}. Default: all.")
    private Set<Peer> peers = EnumSet.complementOf(EnumSet.copyOf(Peer.DIRECT));

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
        @Option(
                names = "--quick",
                description = "One JVM for each implementation, for a rough estimate: about 20 minutes.")
        private boolean quick;

        @Option(
                names = "--full",
                description = "Three JVMs for each, for figures to publish: about 90 minutes. The default.")
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
