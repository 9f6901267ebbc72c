package io.parktls.bench.tool;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A command of {@code parktls}, with the options and the settings that all commands have. */
@Command(versionProvider = ToolVersion.class, mixinStandardHelpOptions = true, sortOptions = false)
public abstract class ToolCommand implements Callable<Integer> {
    protected final Stdio stdio;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    protected ToolCommand(Stdio stdio) {
        this.stdio = stdio;
    }

    protected final CommandSpec spec() {
        return spec;
    }

    /**
     * Checks the arguments.
     *
     * @throws ParameterException with the message if the condition does not hold
     */
    protected final void require(boolean condition, String message) {
        if (!condition) {
            throw wrongUsage(message);
        }
    }

    /** The exception that makes the tool print the message and exit with code 2. */
    protected final ParameterException wrongUsage(@Nullable String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
