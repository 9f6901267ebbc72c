package io.parktls.semantics;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A row of the list of libssl's behaviour.
 *
 * @param id the id, for example {@code HS-03}
 * @param says the behaviour in words
 * @param notApplicable the reason why Java has no counterpart; null if it has one
 */
record ListedRow(String id, String says, @Nullable String notApplicable) {
    private static final String RESOURCE = "/semantics/rows.tsv";

    /** Returns the rows of the sections ROLE to WIRE, in order. */
    static List<ListedRow> all() {
        try (InputStream in = Objects.requireNonNull(ListedRow.class.getResourceAsStream(RESOURCE), RESOURCE)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split("\t"))
                    .map(columns -> new ListedRow(columns[0], columns[1], columns.length > 2 ? columns[2] : null))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
