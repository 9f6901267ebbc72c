package io.parktls.semantics;

import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/** The row of the list of libssl's behaviour that a test covers. The {@link SemanticsTable} has the test's result. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(Row.Rows.class)
@ExtendWith({NeedsLibssl.class, RowRecorder.class})
public @interface Row {
    /** The id of the row, for example {@code HS-03}. */
    String value();

    /** The reason why ParkTLS deliberately differs; empty if it behaves like libssl. */
    String differs() default "";

    /** The container of repeated annotations. */
    @Target(ElementType.METHOD)
    @Retention(RetentionPolicy.RUNTIME)
    @ExtendWith({NeedsLibssl.class, RowRecorder.class})
    @interface Rows {
        Row[] value();
    }
}
