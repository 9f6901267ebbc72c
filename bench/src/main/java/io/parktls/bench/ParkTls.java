package io.parktls.bench;

import io.parktls.bench.cli.ConnectCommand;
import io.parktls.bench.cli.SemanticsCommand;
import io.parktls.bench.cli.ServeCommand;
import io.parktls.bench.demo.DemoCommand;
import io.parktls.bench.hangs.HangsCommand;
import io.parktls.bench.idle.IdleCommand;
import io.parktls.bench.jmh.JmhCommand;
import io.parktls.bench.load.LoadCommand;
import io.parktls.bench.load.ReportCommand;
import io.parktls.bench.load.WakeUpsCommand;
import io.parktls.bench.load.WarmUpCommand;
import io.parktls.bench.storm.StormCommand;
import io.parktls.bench.tool.Complaint;
import io.parktls.bench.tool.Converters;
import io.parktls.bench.tool.Stdio;
import io.parktls.bench.tool.ToolVersion;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The {@code parktls} tool. */
@Command(
        name = "parktls",
        description = "Demonstrates, measures and uses ParkTLS: TLS sockets that block only the virtual thread.",
        versionProvider = ToolVersion.class,
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Each command explains itself: parktls COMMAND --help",
            "Exit codes: 0 success; 1 failure, explained on standard error; 2 wrong usage."
        })
public final class ParkTls implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    private ParkTls() {}

    public static void main(String[] args) {
        // Numbers have the English format, like the text around them.
        Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
        System.exit(run(Stdio.ofProcess(), args));
    }

    /**
     * Runs a command.
     *
     * @return the exit code: 0 if all went well, 1 if something failed, 2 for wrong usage
     */
    public static int run(Stdio stdio, String... args) {
        int exitCode = commandLine(stdio).execute(args);
        stdio.out().flush();
        return exitCode;
    }

    /** Returns the parser of the tool's commands and options. */
    static CommandLine commandLine(Stdio stdio) {
        CommandLine commandLine = new CommandLine(new ParkTls())
                .addSubcommand(new DemoCommand(stdio))
                .addSubcommand(new ConnectCommand(stdio))
                .addSubcommand(new ServeCommand(stdio))
                .addSubcommand(new HangsCommand(stdio))
                .addSubcommand(new JmhCommand(stdio))
                .addSubcommand(new LoadCommand(stdio))
                .addSubcommand(new ReportCommand(stdio))
                .addSubcommand(new WakeUpsCommand(stdio))
                .addSubcommand(new WarmUpCommand(stdio))
                .addSubcommand(new StormCommand(stdio))
                .addSubcommand(new IdleCommand(stdio))
                .addSubcommand(new SemanticsCommand(stdio))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setOut(writer(stdio.out()))
                .setErr(writer(stdio.err()))
                .setParameterExceptionHandler((wrong, arguments) -> misused(stdio, wrong, arguments))
                .setExecutionExceptionHandler((failure, command, parsed) -> failed(stdio, failure));
        Converters.register(commandLine);
        return commandLine;
    }

    @Override
    public void run() {
        String commands = String.join(", ", spec.subcommands().keySet());
        throw new ParameterException(spec.commandLine(), "missing command: one of " + commands);
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(stream, true, stream.charset());
    }

    /** Prints the message only: with the whole help, it would scroll off the screen. */
    private static int misused(Stdio stdio, ParameterException wrong, String[] arguments) {
        stdio.complain(
                Complaint.withoutSecrets(Objects.requireNonNullElse(wrong.getMessage(), "wrong usage"), arguments));
        CommandLine command = wrong.getCommandLine();
        CommandLine.UnmatchedArgumentException.printSuggestions(wrong, command.getErr());
        stdio.complain("try '" + command.getCommandSpec().qualifiedName() + " --help'");
        return CommandLine.ExitCode.USAGE;
    }

    private static int failed(Stdio stdio, Exception failure) {
        stdio.complain(Complaint.about(failure));
        if (!(failure instanceof IOException)) {
            // A programming error rather than a mistake of the user: the stack trace helps to find it.
            failure.printStackTrace(stdio.err());
        }
        return CommandLine.ExitCode.SOFTWARE;
    }
}
