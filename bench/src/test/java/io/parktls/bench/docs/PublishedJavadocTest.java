package io.parktls.bench.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Tests that the published Javadoc leaves out the packages that are exported to our own modules only. Javadoc includes
 * each exported package, and fails the release build for what an internal one does not document.
 */
final class PublishedJavadocTest {
    private static final Pattern EXPORTED_TO = Pattern.compile("exports\\s+([\\w.]+)\\s+to\\b");
    private static final Pattern EXCLUDED = Pattern.compile("<excludePackageNames>([^<]*)</excludePackageNames>");

    @Test
    void internalPackagesAreLeftOut() throws Exception {
        TreeSet<String> internal = new TreeSet<>();
        for (String module : List.of("core", "sockets")) {
            String descriptor =
                    Files.readString(DocumentFile.root().resolve(module).resolve("src/main/java/module-info.java"));
            EXPORTED_TO
                    .matcher(descriptor)
                    .results()
                    .map(result -> result.group(1))
                    .forEach(internal::add);
        }
        Matcher excluded = EXCLUDED.matcher(Files.readString(DocumentFile.root().resolve("pom.xml")));
        TreeSet<String> leftOut = new TreeSet<>();
        excluded.results()
                .map(MatchResult::group)
                .flatMap(text -> Stream.of(text.replaceAll("<[^>]*>", "").split(":")))
                .forEach(leftOut::add);
        assertEquals(internal, leftOut);
    }
}
