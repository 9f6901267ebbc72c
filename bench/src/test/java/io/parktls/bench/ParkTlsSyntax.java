package io.parktls.bench;

import io.parktls.bench.tool.Stdio;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;

/** The command line of the tool without running anything. */
public final class ParkTlsSyntax {
    private ParkTlsSyntax() {}

    /**
     * Parses arguments.
     *
     * @throws picocli.CommandLine.ParameterException if there is no such command, or it has no such options
     */
    public static void parse(List<String> arguments) {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
        Stdio stdio = new Stdio(InputStream.nullInputStream(), nowhere, nowhere, false, Map.of());
        ParkTls.commandLine(stdio).parseArgs(arguments.toArray(String[]::new));
    }
}
