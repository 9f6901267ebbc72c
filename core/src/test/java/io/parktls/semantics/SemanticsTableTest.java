package io.parktls.semantics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Checks that every row of the list has a test, or a reason why it has none. */
final class SemanticsTableTest {
    private static final List<Class<?>> ROWS = List.of(
            RoleRowsTest.class,
            HandshakeRowsTest.class,
            PipeSizesTest.class,
            ResumptionRowsTest.class,
            SocketRowsTest.class,
            EndOfStreamRowsTest.class,
            AlertRowsTest.class,
            NegotiationRowsTest.class,
            ReadRowsTest.class,
            WriteRowsTest.class,
            PostHandshakeRowsTest.class,
            ShutdownRowsTest.class,
            TransportRowsTest.class,
            StateRowsTest.class,
            WireRowsTest.class);

    private static Stream<Row> shown() {
        return ROWS.stream()
                .map(Class::getDeclaredMethods)
                .flatMap(Arrays::stream)
                .map((Method method) -> method.getAnnotationsByType(Row.class))
                .flatMap(Arrays::stream);
    }

    @Test
    void theListIsComplete() {
        Map<String, Long> sections = ListedRow.all().stream()
                .collect(Collectors.groupingBy(
                        row -> row.id().substring(0, row.id().indexOf('-')), TreeMap::new, Collectors.counting()));
        assertEquals(
                "{ALR=28, BIO=20, BLK=7, DAT=18, EOF=23, HS=23, NEG=19, PST=14, ROLE=18, SHD=20, STA=15, WIRE=24, WRT=12}",
                sections.toString());
    }

    @Test
    void everyRowIsShownOrHasNoCounterpart() {
        Set<String> shown = shown().map(Row::value).collect(Collectors.toCollection(TreeSet::new));
        Set<String> wanted = new TreeSet<>();
        for (ListedRow row : ListedRow.all()) {
            if (row.notApplicable() == null) {
                wanted.add(row.id());
            }
        }
        assertEquals(wanted, shown);
    }

    @Test
    void fewRowsHaveNoCounterpart() {
        ListedRow.all().stream()
                .filter(row -> row.notApplicable() != null)
                .forEach(row -> assertTrue(
                        row.notApplicable().startsWith("TLS 1.2 renegotiation by the application")
                                || row.notApplicable().startsWith("Numeric state codes"),
                        row::id));
    }
}
