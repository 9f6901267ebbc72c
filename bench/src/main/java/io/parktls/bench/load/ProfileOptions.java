package io.parktls.bench.load;

import io.parktls.bench.server.ServerKind;
import java.util.List;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that select a profile and a part of it. */
final class ProfileOptions {
    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @ArgGroup
    private Thoroughness thoroughness = new Thoroughness();

    @Option(
            names = "--of",
            paramLabel = "SERVER",
            split = ",",
            description = "Measure these servers only: ${COMPLETION-CANDIDATES}.")
    private List<ServerKind> servers = List.of();

    @Option(
            names = "--only",
            paramLabel = "ROW",
            split = ",",
            description = "Measure these rows only: ${COMPLETION-CANDIDATES}.")
    private List<Row> rows = List.of();

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description = "The number of rounds, in each of which every server is measured once.")
    private int rounds;

    private static final class Thoroughness {
        @Option(
                names = "--quick",
                description = "The most important servers and rows, two rounds: three to four minutes. The default.")
        private boolean quick;

        @Option(names = "--full", description = "All servers and rows, five rounds: about two hours.")
        private boolean full;

        @Option(
                names = "--probe",
                description = "All servers and rows as briefly as possible: shows whether they work.")
        private boolean probe;

        Profile profile() {
            return quick || !(full || probe) ? Profile.QUICK : full ? Profile.FULL : Profile.PROBE;
        }
    }

    Profile profile() {
        if (rounds < 0) {
            throw new ParameterException(spec.commandLine(), "--rounds must be at least 1");
        }
        Profile profile = thoroughness.profile();
        if (!servers.isEmpty()) {
            profile = profile.of(List.copyOf(servers));
        }
        if (!rows.isEmpty()) {
            // In their declared order, since each row uses the connections that the previous one has left open.
            profile = profile.only(rows.stream().distinct().sorted().toList());
        }
        return rounds == 0 ? profile : profile.times(rounds);
    }
}
