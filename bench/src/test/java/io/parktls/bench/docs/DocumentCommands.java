package io.parktls.bench.docs;

import io.parktls.bench.ParkTlsSyntax;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine.ParameterException;

/**
 * Checks the commands in documents: those of {@code parktls} by its own parser, those of the JDK by running them where that
 * is quick, those of other programs by the options that their help names, if they are installed.
 */
final class DocumentCommands {
    private static final Set<String> MAVEN_GOALS = Set.of("verify", "test", "package", "install");
    private static final Set<String> MAVEN_OPTIONS = Set.of("-q", "-B", "-o", "-ntp", "-am", "-Dtest", "-pl");

    private final Path directory;

    DocumentCommands() throws IOException {
        directory = Files.createTempDirectory("parktls-documents");
        directory.toFile().deleteOnExit();
    }

    /** Whether a line is a command rather than something that a command prints. */
    static boolean isCommand(String line) {
        return Set.of("bench/parktls", "mvn", "java", "jcmd", "jfr", "openssl", "curl")
                .contains(line.split(" ", 2)[0]);
    }

    /** Returns the problem with a line of a block of commands; empty if there is none. */
    Optional<String> problemOf(String line) throws IOException {
        List<String> words = words(line);
        if (words.isEmpty()) {
            return Optional.empty();
        }
        List<String> arguments = words.subList(1, words.size());
        return switch (words.getFirst()) {
            case "bench/parktls" -> parktls(arguments);
            case "mvn" -> maven(arguments);
            case "java", "jcmd", "jfr" -> jdk(words);
            case "openssl" -> openssl(arguments);
            default -> Optional.of("no test covers the command " + words.getFirst());
        };
    }

    /** Without the comment; a pipe ends the command. */
    private static List<String> words(String line) {
        List<String> words = new ArrayList<>();
        for (String word : line.strip().split("\\s+")) {
            if (word.startsWith("#") || word.equals("|") || word.equals(">")) {
                break;
            }
            if (!word.isEmpty() && !word.equals("...")) {
                words.add(word.replaceAll("^(['\"])(.*)\\1$", "$2"));
            }
        }
        return words;
    }

    private static Optional<String> parktls(List<String> arguments) {
        if (!Files.isExecutable(Path.of("parktls"))) {
            return Optional.of("bench/parktls is not executable");
        }
        if (arguments.equals(List.of("COMMAND", "--help"))) {
            return Optional.empty();
        }
        try {
            ParkTlsSyntax.parse(arguments);
            return Optional.empty();
        } catch (ParameterException e) {
            return Optional.of("parktls " + arguments + ": " + e.getMessage());
        }
    }

    private static Optional<String> maven(List<String> arguments) throws IOException {
        for (String argument : arguments) {
            String option = argument.replaceFirst("=.*", "");
            if (option.startsWith("-Dparktls.")) {
                if (!isPropertyOfTests(option.substring(2))) {
                    return Optional.of("no test reads the property " + option.substring(2));
                }
            } else if (!MAVEN_GOALS.contains(argument) && !MAVEN_OPTIONS.contains(option)) {
                return Optional.of("mvn: no test covers " + argument);
            }
        }
        return Optional.empty();
    }

    private static boolean isPropertyOfTests(String property) throws IOException {
        for (String module : List.of("core", "sockets", "bench")) {
            try (Stream<Path> files =
                    Files.walk(DocumentFile.root().resolve(module).resolve("src/test"))) {
                for (Path file :
                        files.filter(f -> f.toString().endsWith(".java")).toList()) {
                    if (Files.readString(file).contains("\"" + property + "\"")) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    /** Runs it, on this JVM or on one that ends at once. */
    private Optional<String> jdk(List<String> words) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", words.getFirst())
                .toString());
        for (String word : words.subList(1, words.size())) {
            command.add(
                    word.equals("<pid>") ? Long.toString(ProcessHandle.current().pid()) : word);
        }
        if (words.getFirst().equals("java")) {
            command.add("-version");
        }
        String printed = run(command);
        if (words.getFirst().equals("jcmd")) {
            if (!printed.contains("Started recording ")) {
                return Optional.of(printed);
            }
            String number = printed.replaceAll("(?s).*Started recording (\\d+).*", "$1");
            run(List.of(command.get(0), command.get(1), "JFR.stop", "name=" + number));
        } else if (printed.startsWith("exit code") || printed.contains("[warning]")) {
            return Optional.of(printed);
        }
        return Optional.empty();
    }

    private static Optional<String> openssl(List<String> arguments) throws IOException {
        String help;
        try {
            Process process = new ProcessBuilder("openssl", arguments.getFirst(), "-help")
                    .redirectErrorStream(true)
                    .start();
            help = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return Optional.empty(); // not installed
        }
        return arguments.stream()
                .filter(argument -> argument.startsWith("-"))
                .filter(option -> !help.matches("(?s).*\\s" + option + "\\b.*"))
                .map(option -> "openssl " + arguments.getFirst() + " has no " + option)
                .findFirst();
    }

    private String run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try (Stream<Path> files = Files.list(directory)) {
            files.map(Path::toFile).forEach(java.io.File::deleteOnExit);
        }
        try {
            int exitCode = process.waitFor();
            return exitCode == 0 ? printed : "exit code " + exitCode + " of " + command + ": " + printed;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    @Override
    public String toString() {
        return "DocumentCommands" + Map.of("directory", directory);
    }
}
