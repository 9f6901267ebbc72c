package io.parktls.integration.engine;

import io.parktls.integration.ForeignServer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A run of a foreign program to its end.
 *
 * @param output both of its output streams
 */
record Program(int exit, String output) {
    /** Runs curl, which trusts the authority in a file. */
    static Program curl(Path authority, List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(ForeignServer.program("curl", "curl").toString());
        command.addAll(List.of("--silent", "--show-error", "--noproxy", "*", "--max-time", "120"));
        command.addAll(List.of("--cacert", authority.toString()));
        command.addAll(arguments);
        return run(command, "", "");
    }

    /** Runs {@code openssl s_client}, which sends a text and then reads until the server closes. */
    static Program openSslClient(String input, List<String> arguments) throws IOException, InterruptedException {
        return run(openSsl("-ign_eof", arguments), input, "");
    }

    /** Runs {@code openssl s_client}, which sends a text, reads until {@code last} has come, and closes. */
    static Program openSslClientUntil(String last, String input, List<String> arguments)
            throws IOException, InterruptedException {
        return run(openSsl("-no_ign_eof", arguments), input, last);
    }

    private static List<String> openSsl(String atEndOfInput, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(ForeignServer.program("openssl", "openssl").toString());
        command.addAll(List.of("s_client", "-quiet", atEndOfInput, "-verify_return_error"));
        command.addAll(arguments);
        return command;
    }

    /** Runs a program whose input ends when it has written {@code last}. */
    private static Program run(List<String> command, String input, String last)
            throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            // A program that reads nothing may have ended already.
            if (!input.isEmpty()) {
                process.getOutputStream().write(input.getBytes(StandardCharsets.US_ASCII));
                process.getOutputStream().flush();
            }
            StringBuilder output = new StringBuilder();
            InputStream out = process.getInputStream();
            while (output.indexOf(last) < 0) {
                int c = out.read();
                if (c < 0) {
                    break;
                }
                output.append((char) c);
            }
            process.getOutputStream().close();
            output.append(new String(out.readAllBytes(), StandardCharsets.UTF_8));
            if (!process.waitFor(RawHttp.HANG_MILLIS, TimeUnit.MILLISECONDS)) {
                throw new AssertionError(command + " does not end; its output: " + output);
            }
            return new Program(process.exitValue(), output.toString());
        } finally {
            process.destroyForcibly();
        }
    }
}
