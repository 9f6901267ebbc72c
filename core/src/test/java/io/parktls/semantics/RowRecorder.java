package io.parktls.semantics;

import java.lang.reflect.Method;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.TestWatcher;

/** Records the results of the tests of rows. The table is written after the last test. */
final class RowRecorder implements TestWatcher {
    @Override
    public void testSuccessful(ExtensionContext context) {
        record(context, true);
    }

    @Override
    public void testFailed(ExtensionContext context, Throwable cause) {
        record(context, false);
    }

    private static void record(ExtensionContext context, boolean passed) {
        Method test = context.getRequiredTestMethod();
        SemanticsTable table = context.getRoot()
                .getStore(Namespace.create(SemanticsTable.class))
                .getOrComputeIfAbsent(SemanticsTable.class, key -> new SemanticsTable(), SemanticsTable.class);
        for (Row row : test.getAnnotationsByType(Row.class)) {
            table.add(row, test.getDeclaringClass().getSimpleName() + "." + test.getName(), passed);
        }
    }
}
