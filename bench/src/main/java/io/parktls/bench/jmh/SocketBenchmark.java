package io.parktls.bench.jmh;

import io.parktls.bench.jmh.stack.ProviderSockets;
import java.io.IOException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Connects {@code SSLSocket}s of a provider over loopback and does full TLS 1.3 handshakes, both ends in one JVM. */
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH sets the fields
public class SocketBenchmark {
    @Param("ParkTLS")
    public String provider;

    @Param("true")
    public boolean noDelay;

    private ProviderSockets sockets;

    @Setup
    public void open() throws IOException {
        sockets = ProviderSockets.open(provider, Question.USUAL, noDelay);
    }

    @Benchmark
    public Object handshake(CpuTime cpu) throws IOException {
        cpu.count();
        return sockets.handshake();
    }

    @TearDown
    public void close() throws IOException {
        sockets.close();
    }
}
