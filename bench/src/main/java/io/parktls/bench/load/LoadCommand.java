package io.parktls.bench.load;

import io.parktls.bench.tool.Stdio;
import io.parktls.bench.tool.ToolCommand;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code parktls load}. */
@Command(
        name = "load",
        description = {
            "Puts servers under load over the loopback, each in a JVM of its own, and prints tables.",
            "",
            "The generator is the same for all of them: in this JVM, two event loops of non-blocking ParkTLS connections."
                    + " It offers TLS 1.3 with TLS_AES_128_GCM_SHA256 and X25519 and nothing else, verifies a leaf under a CA"
                    + " and the host name, and checks what was negotiated. Nothing is resumed.",
            ""
        })
public final class LoadCommand extends ToolCommand {
    @Mixin
    private ProfileOptions options = new ProfileOptions();

    public LoadCommand(Stdio stdio) {
        super(stdio);
    }

    @Override
    public Integer call() throws IOException {
        Profile profile = options.profile();
        Results results = LoadRun.run(profile, new Progress(stdio.err(), stdio.terminal(), profile));
        stdio.out().print(LoadText.of(results));
        return results.hasFailures() ? 1 : 0;
    }
}
