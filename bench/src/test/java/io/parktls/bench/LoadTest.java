package io.parktls.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that every server works with {@code parktls load} and {@code parktls report}, not how fast it is. */
@Timeout(900)
class LoadTest {
    private static final String ROWS = "handshake,resumed,echo_1,bulk_send_1,bulk_take_1";

    /** Has each engine and each kind of threads at least once. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "tcp",
                "parktls",
                "parktls_platform",
                "parktls_loop",
                "parktls_jsse",
                "jdk",
                "tls_channel",
                "netty",
                "tcnative"
            })
    void everyKindOfServerWorksInRowsOfEveryKind(String server) {
        assertWorksInRowsOfEveryKind(server);
    }

    @Tag("slow")
    @ParameterizedTest
    @ValueSource(strings = {"parktls_jsse_platform", "parktls_jsse_loop", "jdk_platform"})
    void otherServersWorkInRowsOfEveryKind(String server) {
        assertWorksInRowsOfEveryKind(server);
    }

    private static void assertWorksInRowsOfEveryKind(String server) {
        Tool tool = Tool.start("load", "--probe", "--of", server, "--only", ROWS);

        assertEquals(0, tool.exitCode(), tool::toString);
        assertTrue(
                tool.out().contains(server.equals("tcp") ? "no TLS" : "TLSv1.3 TLS_AES_128_GCM_SHA256 x25519"),
                tool.out());
        assertFalse(tool.out().contains("failed"), tool.out());
    }

    @Test
    void idleConnectionsTakeMemory() {
        Tool tool = Tool.start("load", "--probe", "--of", "tcp", "--only", "idle_2000");

        assertEquals(0, tool.exitCode(), tool::toString);
        assertTrue(tool.out().contains("bytes of heap each"), tool.out());
    }

    @Test
    void serversAreMeasuredInTurn() {
        Tool tool = Tool.start(
                "load", "--probe", "--of", "tcp,parktls_loop", "--only", "echo_1,idle_2000,rate_2000", "--rounds", "1");

        assertEquals(0, tool.exitCode(), tool::toString);
        String tcp = "plain TCP, virtual threads, ";
        String loop = "ParkTLS, event loop, ";
        assertEquals(
                List.of(
                        tcp + "echo of 64 B, 1 connection",
                        loop + "echo of 64 B, 1 connection",
                        tcp + "idle, of 2,000 connections",
                        tcp + "echo of 64 B, 2,000 connections, 10,000 a second",
                        loop + "idle, of 2,000 connections",
                        loop + "echo of 64 B, 2,000 connections, 10,000 a second"),
                (tool.out() + tool.err())
                        .lines()
                        .filter(line -> line.contains("left: round"))
                        .map(line -> line.replaceFirst(".* of 1, ", ""))
                        .toList());
    }

    @Test
    void theReportHasAPageAndRawResults(@TempDir Path directory) throws IOException {
        Path page = directory.resolve("report.html");
        Tool tool = Tool.start(
                "report",
                "--probe",
                "--of",
                "tcp,parktls_loop",
                "--only",
                "echo_1,start_up,request_100k,rate_100",
                "--rounds",
                "2",
                "--output",
                page.toString());

        assertEquals(0, tool.exitCode(), tool::toString);
        String html = Files.readString(page);
        assertTrue(html.contains("<svg") && html.contains("echo of 64 B, 1 connection"), html);
        assertFalse(html.contains("<script") || html.contains("src=") || html.contains("href="), "needs nothing else");
        JsonNode json = JsonMapper.builder().build().readTree(Files.readString(Path.of(page + ".json")));
        assertTrue(json.get("command").asText().startsWith("parktls report --probe --of"), json::toPrettyString);
        JsonNode servers = json.get("contenders");
        assertEquals(2, servers.size());
        for (JsonNode each : servers) {
            JsonNode echo = each.get("rows").get("echo_1");
            assertEquals(2, echo.get("rounds").size());
            assertTrue(echo.get("median").asDouble() > 0);
            assertTrue(echo.get("rounds").get(0).get("P99").asDouble() > 0);
            assertTrue(each.get("rows").get("rate_100").get("median").asDouble() > 0);
        }
    }
}
