package io.parktls.bench.jmh;

import io.parktls.bench.jmh.stack.Link;
import java.io.IOException;
import org.openjdk.jmh.annotations.Benchmark;

/** Seals and opens records of 16 KB on one thread. */
public class BulkBenchmark {
    @Benchmark
    public Object transfer(EstablishedLink established, CpuTime cpu) throws IOException {
        cpu.count();
        Link link = established.link();
        link.send();
        link.receive();
        return link;
    }
}
