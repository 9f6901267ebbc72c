package io.parktls.bench.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** That the tests of the documents see what is wrong with one. */
final class DocumentFileTest {
    private static final String DOCUMENT = """
            # A `title`, and more

            Text with [a link](other.md#part), [another](#a-title-and-more) and `code [no](link)`.

            ```java
            int x;
            ```

            - a list

              continues

                not a block

            ## Part

                bench/parktls storm

                bench/parktls idle

            ## Part

            | counter | what |
            |---|---|
            | `one`, `two` | `three` |
            """;

    @TempDir
    Path directory;

    @Test
    void blocksLinksAndHeadingsAreFound() throws IOException {
        DocumentFile document = DocumentFile.read(Files.writeString(directory.resolve("d.md"), DOCUMENT));
        assertEquals(
                List.of("java: int x;", "indented: bench/parktls storm\n\nbench/parktls idle\n"),
                document.blocks().stream()
                        .map(block -> block.kind() + ": " + block.text())
                        .toList());
        assertEquals(List.of("other.md#part", "#a-title-and-more"), document.links());
        assertEquals(Set.of("a-title-and-more", "part", "part-1"), document.anchors());
        assertEquals(Set.of("one", "two"), document.firstColumn("counter"));
        assertEquals(Set.of("title", "code [no](link)", "one", "two", "three"), document.code());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bench/parktls storm --no-such-option",
                "bench/parktls no-such-command",
                "mvn no-such-goal",
                "mvn verify -Dparktls.nothing=1",
                "java -XX:NoSuchOption",
                "jfr no-such-command",
                "no-such-program"
            })
    void aWrongCommandIsFound(String line) throws IOException {
        assertTrue(new DocumentCommands().problemOf(line).isPresent(), line);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bench/parktls storm --rounds 3 # twice", "mvn verify", "", "# only a comment"})
    void aRightCommandIsNot(String line) throws IOException {
        assertEquals(Optional.empty(), new DocumentCommands().problemOf(line));
    }
}
