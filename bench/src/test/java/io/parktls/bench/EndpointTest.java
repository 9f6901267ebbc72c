package io.parktls.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.parktls.bench.tool.Endpoint;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTest {
    @ParameterizedTest
    @CsvSource({
        "example.org:443, example.org, 443",
        "127.0.0.1:0, 127.0.0.1, 0",
        "[::1]:65535, ::1, 65535",
        ":8443, '', 8443",
        "8443, '', 8443"
    })
    void hostAndPort(String text, String host, int port) {
        assertEquals(new Endpoint(host, port), Endpoint.of(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "host", "host:", "host:x", "host:-1", "host:65536", "::1:443", "[]:443", "[::1]443"})
    void anythingElseIsRefused(String text) {
        assertThrows(IllegalArgumentException.class, () -> Endpoint.of(text));
    }
}
