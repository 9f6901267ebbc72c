package io.parktls.bench.jmh;

import io.parktls.NamedGroup;
import io.parktls.bench.jmh.primitive.Primitive;
import io.parktls.bench.jmh.stack.KeyKind;
import java.security.GeneralSecurityException;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/**
 * The primitives of a handshake alone, both sides: the limit for ParkTLS with the implementations that it has chosen.
 */
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH sets the fields
public class PrimitivesBenchmark {
    @Param("ECDSA_P256")
    public KeyKind key;

    @Param("X25519")
    public NamedGroup group;

    private List<Primitive> primitives;

    @Setup
    public void open() throws GeneralSecurityException {
        primitives = Primitive.of(key, group);
    }

    @Benchmark
    public void perform(CpuTime cpu, Blackhole results) throws GeneralSecurityException {
        cpu.count();
        for (Primitive primitive : primitives) {
            results.consume(primitive.perform());
        }
    }
}
