package io.parktls.bench.demo;

import com.sun.management.UnixOperatingSystemMXBean;
import io.parktls.TlsVersion;
import io.parktls.bench.tool.Engine;
import io.parktls.bench.tool.Json;
import io.parktls.bench.tool.Stdio;
import io.parktls.bench.tool.ToolCommand;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code parktls demo}. */
@Command(
        name = "demo",
        description = {
            "Runs a server and many clients in this process over the loopback, each connection end on a virtual thread.",
            "",
            "All clients do their handshakes at the same time. Then each sends data and checks that the same data come back."
                    + " Finally a handshake in non-blocking mode is shown, call by call.",
            ""
        })
public final class DemoCommand extends ToolCommand {
    /** Each client needs a port of the loopback, and there are about 28,000. */
    private static final int MOST_CLIENTS = 25_000;

    private static final int MOST_BYTES = 1 << 30;

    /** Open files other than the sockets: jars, selectors. */
    private static final int OTHER_FILES = 200;

    @Option(
            names = "--clients",
            paramLabel = "N",
            description = "The number of concurrent clients. Default: ${DEFAULT-VALUE}.")
    private int clients = 1_000;

    @Option(
            names = "--bytes",
            paramLabel = "N",
            description = "The number of bytes that each client sends and receives. Default: ${DEFAULT-VALUE}.")
    private int bytes = 65_536;

    @Option(
            names = "--engine",
            paramLabel = "NAME",
            description = "The TLS engine: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private Engine engine = Engine.BC;

    @Option(
            names = "--protocol",
            paramLabel = "VERSION",
            description = "The only version to negotiate: 1.2 or 1.3. Default: the best common one.")
    private @Nullable TlsVersion protocol;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            description = "Timeout for the whole demo, for example 30s or 2m. Default: 2m.")
    private Duration limit = Duration.ofMinutes(2);

    @Option(names = "--json", description = "Print only the result, as one JSON object.")
    private boolean json;

    public DemoCommand(Stdio stdio) {
        super(stdio);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        validate();
        if (!json) {
            stdio.out()
                    .printf(
                            "%,d clients and a server on the loopback, each connection end on a virtual thread; %,d bytes"
                                    + " there and back for each client.%n",
                            clients, bytes);
            stdio.out().flush();
        }
        DemoResult result = new Demo(new Load(engine, protocol, clients, bytes, limit), stdio).run();
        stdio.out().println(json ? Json.of(DemoJson.of(result)) : DemoText.of(result));
        return result.failureCount() == 0 ? 0 : 1;
    }

    private void validate() {
        require(clients >= 1 && clients <= MOST_CLIENTS, "--clients: " + clients + " is not in 1.." + MOST_CLIENTS);
        require(bytes >= 0 && bytes <= MOST_BYTES, "--bytes: " + bytes + " is not in 0.." + MOST_BYTES);
        require(limit.isPositive() && limit.toDays() < 1, "--timeout must be at least 1ms and less than 24h");
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
            long possible = system.getMaxFileDescriptorCount();
            long needed = 2L * clients + OTHER_FILES;
            require(
                    needed <= possible,
                    "--clients: " + clients + " need " + needed + " open files, but this process may only have "
                            + possible + " (see ulimit -n)");
        }
    }
}
