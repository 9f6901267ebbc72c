package io.parktls.bench.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

final class ProfileTest {
    @Test
    void aServerIsWarmedUpWithOneRowOfEachKindOfLoad() {
        assertEquals(List.of(Row.HANDSHAKE, Row.RESUMED, Row.BULK_SEND_1, Row.ECHO_100), Profile.QUICK.warmUpRows());
    }

    @Test
    void handshakesAlwaysBelongToTheWarmUp() {
        Profile echoes = Profile.FULL.only(List.of(Row.ECHO_2000, Row.RATE_2000));
        assertEquals(List.of(Row.HANDSHAKE, Row.ECHO_2000), echoes.warmUpRows());
        assertTrue(echoes.first(Row.HANDSHAKE)
                        .processorTime()
                        .compareTo(Profile.FULL.first(Row.HANDSHAKE).processorTime())
                < 0);
    }

    /** At a thousand a second, the compiler would be at work on the first echoes until the end of the measurement. */
    @Test
    void echoesAtAFixedRateAreWarmedUpByEchoesWithoutAPause() {
        Profile paced = Profile.FULL.only(List.of(Row.RATE_100_1K, Row.RATE_8000_1K));

        assertEquals(List.of(Row.HANDSHAKE, Row.ECHO_100), paced.warmUpRows());
        assertEquals(
                List.of(Row.HANDSHAKE, Row.ECHO_2000),
                paced.only(List.of(Row.RATE_100_1K, Row.ECHO_2000)).warmUpRows());
    }

    @Test
    void aProbeHasNoWarmUp() {
        assertEquals(List.of(), Profile.PROBE.warmUpRows());
    }

    @Test
    void theFirstWarmUpIsLongerThanTheLaterOnes() {
        for (Row row : Profile.QUICK.warmUpRows()) {
            assertTrue(Profile.QUICK
                            .first(row)
                            .processorTime()
                            .compareTo(Profile.QUICK.again().processorTime())
                    > 0);
        }
    }
}
