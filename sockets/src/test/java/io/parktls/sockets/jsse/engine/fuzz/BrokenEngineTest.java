package io.parktls.sockets.jsse.engine.fuzz;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.sockets.jsse.engine.fuzz.BrokenEngine.Fault;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests that the fuzzer finds faults, and that its report suffices to repeat them. */
final class BrokenEngineTest {
    /** Some seeds give a fault no chance, for instance those without data. */
    private static final int SEEDS = 60;

    private static final EngineFuzzer FUZZER = new EngineFuzzer();

    @AfterAll
    static void close() {
        FUZZER.close();
    }

    @ParameterizedTest
    @EnumSource
    void isFound(Fault fault) {
        Defect defect = assertThrows(Defect.class, () -> {
            for (int seed = 0; seed < SEEDS; seed++) {
                FUZZER.run(EngineMaker.SUNJSSE, EngineMaker.SUNJSSE, seed, engine -> new BrokenEngine(engine, fault));
            }
        });
        String report = String.valueOf(defect.getMessage());
        assertTrue(report.contains(fault.complaint), report);
        assertTrue(report.contains(EngineFuzzer.SEED + "="), report);
        assertTrue(report.contains("client " + BrokenEngine.class.getName()), report);
    }
}
