package io.parktls.bench.jmh;

import io.parktls.CipherSuite;
import io.parktls.TlsLimits;
import io.parktls.bench.jmh.primitive.RecordCipher;
import java.security.GeneralSecurityException;
import java.util.SplittableRandom;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Seals and opens records of 16 KB with the JDK's cipher alone: the limit for any record layer. If asked to, it carries each
 * record over a pipe, as a connection does that is given a transport: one copy into it and one out of it.
 */
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH sets the fields
public class CipherBenchmark {
    @Param("TLS_AES_128_GCM_SHA256")
    public CipherSuite suite;

    @Param("false")
    public boolean carried;

    private final byte[] plaintext = RecordCipher.plaintext(TlsLimits.RECORD_DATA);
    private final byte[] sealed = RecordCipher.sealed(TlsLimits.RECORD_DATA);
    private final byte[] pipe = new byte[sealed.length];
    private final byte[] arrived = new byte[sealed.length];
    private final byte[] opened = RecordCipher.plaintext(TlsLimits.RECORD_DATA);
    private RecordCipher cipher;

    @Setup
    public void open() throws GeneralSecurityException {
        SplittableRandom random = new SplittableRandom(1);
        random.nextBytes(plaintext);
        cipher = new RecordCipher(suite, random);
    }

    @Benchmark
    public Object sealAndOpen(CpuTime cpu) throws GeneralSecurityException {
        cpu.count();
        cipher.seal(plaintext, sealed);
        cipher.open(carried ? carry() : sealed, opened);
        return opened;
    }

    private byte[] carry() {
        System.arraycopy(sealed, 0, pipe, 0, sealed.length);
        System.arraycopy(pipe, 0, arrived, 0, sealed.length);
        return arrived;
    }
}
