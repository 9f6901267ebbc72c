package io.parktls.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code parktls demo}. */
@Timeout(900)
class DemoTest {
    private static final int CLIENTS = 20;
    private static final int BYTES = 1024;

    @ParameterizedTest
    @CsvSource({"bc, 1.3", "bc, 1.2", "jsse, 1.3", "jsse, 1.2"})
    void everyClientDoesTheHandshakeAndGetsItsBytesBack(String engine, String protocol) throws IOException {
        Tool tool = demo("--engine", engine, "--protocol", protocol, "--json");

        assertEquals(0, tool.exitCode(), tool::toString);
        JsonNode result = JsonMapper.builder().build().readTree(tool.out());
        assertEquals("TLSv" + protocol, result.get("protocol").asText());
        assertEquals(CLIENTS, result.get("clients").asInt());
        assertEquals(CLIENTS, result.get("handshakes").asInt());
        assertEquals(CLIENTS * BYTES, result.get("bytesChecked").asInt());
        assertEquals(0, result.get("failures").asInt());
        assertEquals(2 * CLIENTS + 1, result.get("virtualThreads").asInt());
        assertTrue(result.get("carriers").asInt() >= 1);
        assertTrue(result.get("handshakesPerSecond").asDouble() > 0);
        JsonNode millis = result.get("handshakeMillis");
        assertTrue(millis.get("p50").asDouble() > 0);
        assertTrue(millis.get("p99").asDouble() >= millis.get("p50").asDouble());
        assertTrue(millis.get("max").asDouble() >= millis.get("p99").asDouble());
        assertEquals(1, tool.out().lines().count(), "JSON on one line, and nothing else");
    }

    @Test
    void theStepsOfTheNonBlockingHandshakeAreThoseOfOpenSsl() throws IOException {
        Tool tool = demo("--json");

        assertEquals(0, tool.exitCode(), tool::toString);
        JsonNode calls = JsonMapper.builder()
                .build()
                .readTree(tool.out())
                .get("nonBlocking")
                .get("calls");
        assertEquals("client", calls.get(0).get("side").asText());
        for (JsonNode call : calls) {
            String expected = switch (call.get("status").asText()) {
                case "OK" -> "1 0 SSL_ERROR_NONE";
                case "WANT_READ" -> "-1 2 SSL_ERROR_WANT_READ";
                case "WANT_WRITE" -> "-1 3 SSL_ERROR_WANT_WRITE";
                default -> "no other";
            };
            assertEquals(
                    expected,
                    call.get("returnCode").asInt() + " " + call.get("sslError").asInt() + " "
                            + call.get("sslErrorName").asText());
            assertTrue(call.get("bytesToServer").asLong() >= 0);
            assertTrue(call.get("bytesToClient").asLong() >= 0);
        }
        assertEquals("OK", calls.get(calls.size() - 1).get("status").asText());
    }

    @Test
    void withoutJsonATableIsPrinted() {
        Tool tool = demo();

        assertEquals(0, tool.exitCode(), tool::toString);
        assertTrue(tool.out().matches("(?s).*failures +0\n.*WANT_READ +-1 +SSL_ERROR_WANT_READ.*"), tool.out());
    }

    @Test
    void aTimeoutIsAFailure() throws IOException {
        Tool tool = demo("--json", "--timeout", "1ms");

        assertEquals(1, tool.exitCode(), tool::toString);
        JsonNode result = JsonMapper.builder().build().readTree(tool.out());
        assertTrue(result.get("failures").asInt() > 0);
        assertFalse(result.get("failureReasons").isEmpty());
    }

    private static Tool demo(String... more) {
        String[] arguments = new String[5 + more.length];
        arguments[0] = "demo";
        arguments[1] = "--clients";
        arguments[2] = Integer.toString(CLIENTS);
        arguments[3] = "--bytes";
        arguments[4] = Integer.toString(BYTES);
        System.arraycopy(more, 0, arguments, 5, more.length);
        return Tool.start(arguments);
    }
}
