package io.parktls.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests our client with a server of the JDK that staples OCSP responses, which a property of the JVM enables. */
class JdkStaplingTest {
    @Test
    void jdkServerThatFetchesItsResponse() throws Exception {
        List<String> output = ForkedJvm.run(
                List.of(
                        "-Djdk.tls.server.enableStatusRequestExtension=true",
                        "-Djdk.tls.stapling.responseTimeout=60000"),
                ForkedJvm.classPath(),
                JdkStaplingChild.class);
        assertEquals(List.of("TLS_1_2 ok", "TLS_1_3 ok"), output);
    }
}
