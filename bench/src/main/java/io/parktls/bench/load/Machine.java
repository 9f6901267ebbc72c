package io.parktls.bench.load;

import com.sun.management.OperatingSystemMXBean;
import io.parktls.bench.server.ServerProcess;
import io.parktls.bench.tool.Engine;
import io.parktls.bench.tool.ToolVersion;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Describes the machine and the software, as names and values. */
final class Machine {
    private Machine() {}

    static Map<String, String> describe() throws IOException {
        Map<String, String> machine = new LinkedHashMap<>();
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        machine.put("processor", processor());
        machine.put("processors", Integer.toString(system.getAvailableProcessors()));
        machine.put("memory", (system.getTotalMemorySize() >> 20) + " MB");
        machine.put("load average at the start", LoadText.number(system.getSystemLoadAverage()));
        machine.put("versions", String.join("; ", new ToolVersion().getVersion()));
        machine.put("Netty", version(io.netty.handler.ssl.SslContext.class));
        machine.put("tls-channel", version(tlschannel.TlsChannel.class));
        machine.put(
                "options of the servers' JVMs", String.join(" ", ServerProcess.options(ServerUnderLoad.HEAP, true)));
        machine.put("generator", LoadRun.GENERATOR_LOOPS + " event loops of ParkTLS, " + Engine.lightest());
        return machine;
    }

    private static String processor() {
        try {
            return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                    .filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("unknown");
        } catch (IOException e) {
            return System.getProperty("os.arch");
        }
    }

    /** The name of the jar, since not every manifest has the version. */
    private static String version(Class<?> type) {
        var source = type.getProtectionDomain().getCodeSource();
        return source == null
                ? "unknown"
                : Path.of(source.getLocation().getPath()).getFileName().toString();
    }
}
