package io.parktls.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the help, the version and the messages about wrong usage. */
@Timeout(900)
class ParkTlsTest {
    @ParameterizedTest
    @ValueSource(strings = {"--help", "demo --help", "connect --help", "serve --help"})
    void helpIsPrintedToStandardOutput(String arguments) {
        Tool tool = Tool.start(arguments.split(" "));

        assertEquals(0, tool.exitCode());
        assertTrue(tool.out().startsWith("Usage: parktls"), tool.out());
        assertEquals("", tool.err());
    }

    @Test
    void versionNamesTheBuildAndWhatItRunsOn() {
        Tool tool = Tool.start("--version");

        assertEquals(0, tool.exitCode());
        assertTrue(tool.out().matches("(?s)parktls \\d.*Bouncy Castle \\d.*Java 25.*"), tool.out());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    ''                                       | missing command: one of demo, connect, serve
                    nonsense                                 | Unmatched argument at index 0: 'nonsense'
                    demo --clients 0                         | --clients: 0 is not in 1..25000
                    demo --clients many                      | 'many' is not an int
                    demo --bytes -1                          | --bytes: -1 is not in
                    demo --timeout soon                      | 'soon' is not a time: write 30s
                    demo --timeout 0                         | --timeout must be at least 1ms
                    demo --engine openssl                    | no such engine: 'openssl' (known: [bc, bc-native, jsse])
                    demo --protocol 1.1                      | no such TLS version: 1.1
                    connect                                  | Missing required parameter: 'HOST:PORT'
                    connect localhost                        | 'localhost' is not HOST:PORT
                    connect localhost:65536                  | no port above 65535
                    connect :443                             | HOST or PORT is missing
                    connect localhost:443 --suites RC4       | cipher suite not supported: RC4
                    connect localhost:443 --groups P-999     | no such group: P-999
                    connect localhost:443 --key k.pem        | --key needs --cert
                    connect localhost:443 --cert c --keystore k | --keystore excludes --cert and --key
                    connect localhost:443 --ca c --insecure  | mutually exclusive
                    connect localhost:443 --exporter-length 0 | --exporter-length: 0 is not in
                    connect localhost:443 --protocol 1.3 --suites ECDHE-RSA-AES128-GCM-SHA256 | not a cipher suite for each
                    serve 0                                  | a server needs --cert and --key, --keystore, --self-signed, or --psk-file
                    serve 0 --self-signed --echo --http      | --echo and --http exclude each other
                    serve 0 --self-signed --count -1         | --count
                    serve 0 --self-signed --client-auth required | needs trust
                    jmh --of openssl                         | expected one of [PARKTLS, PARKTLS_NATIVE
                    serve 0 --self-signed-for a..b           | a..b
                    """)
    void wrongUsageIsExplained(String arguments, String explanation) {
        Tool tool = Tool.start(arguments.isEmpty() ? new String[0] : arguments.split(" "));

        assertEquals(2, tool.exitCode(), tool::toString);
        assertTrue(tool.err().contains(explanation), tool.err());
        assertEquals("", tool.out());
    }
}
