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
            "Measures servers under load over the loopback, each in a JVM of its own, and prints tables.",
            "",
            "The load generator is the same for all of them: two event loops with non-blocking ParkTLS connections, in this JVM."
                    + " It offers only TLS 1.3 with TLS_AES_128_GCM_SHA256 and X25519, verifies the server's certificate, which a"
                    + " CA has issued, and the host name, and checks the negotiated parameters. Sessions are resumed in the row about that, where each handshake"
                    + " is checked, and nowhere else.",
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
