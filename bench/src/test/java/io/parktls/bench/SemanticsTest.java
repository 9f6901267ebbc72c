package io.parktls.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SemanticsTest {
    @TempDir
    private Path directory;

    @Test
    void printsTheSelectedRows() throws IOException {
        Files.writeString(
                directory.resolve("rows.txt"), "ParkTLS beside OpenSSL\nHS-01   same   first\nEOF-01  same   second\n");
        Tool tool = Tool.start("semantics", "--dir", directory.toString(), "hs");
        assertEquals(0, tool.exitCode());
        assertEquals("HS-01   same   first", tool.out().strip());
    }

    @Test
    void withoutATableItExplainsHowToGenerateIt() {
        Tool tool = Tool.start("semantics", "--dir", directory.toString());
        assertEquals(1, tool.exitCode());
        assertTrue(tool.err().contains("mvn -pl core test"), tool.err());
    }
}
