package io.parktls.bench.jmh;

import io.parktls.bench.measure.Table;
import io.parktls.bench.measure.Target;
import io.parktls.sockets.jsse.ParkTlsProvider;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * Measures the full TLS 1.3 handshakes per second through {@code SSLSocket}s, with the same managers of the JDK: those of
 * the provider ParkTLS and of SunJSSE. SunJSSE is measured as it is, where Nagle's algorithm (RFC 9293 3.7.4) delays
 * its flights, and with TCP_NODELAY. The rates are of elapsed time, since client and server are two threads.
 */
final class SocketQuestion {
    private static final double OVER_SUN = 2;

    private static final String OURS = "ParkTLS, SSLSocket";
    private static final String SUN = "SunJSSE, SSLSocket";
    private static final String SUN_NO_DELAY = "SunJSSE, SSLSocket, TCP_NODELAY";

    private SocketQuestion() {}

    static void answer(Setting setting) throws IOException {
        String title = "Full TLS 1.3 handshakes through SSLSockets over loopback, with the JDK's managers";
        setting.announce(title);
        Comparison comparison = new Comparison(new Table(title, "handshakes/s", List.of(SUN, SUN_NO_DELAY)));
        add(comparison, OURS, ParkTlsProvider.NAME, false, setting);
        add(comparison, SUN, "SunJSSE", false, setting);
        add(comparison, SUN_NO_DELAY, "SunJSSE", true, setting);
        Table table = comparison.race(setting);
        table.add(Target.atLeast(OVER_SUN, "x SunJSSE", table.ratio(OURS, SUN)));
        table.add(Target.atLeast(OVER_SUN, "x SunJSSE with TCP_NODELAY", table.ratio(OURS, SUN_NO_DELAY)));
        setting.print(table);
    }

    private static void add(Comparison comparison, String title, String provider, boolean noDelay, Setting setting) {
        Map<String, String> parameters = Map.of("provider", provider, "noDelay", Boolean.toString(noDelay));
        comparison.add(
                title,
                "sockets of " + provider,
                slot -> Counters.elapsedRates(Launcher.run(SocketBenchmark.class, setting.pace(), slot, parameters)));
    }
}
