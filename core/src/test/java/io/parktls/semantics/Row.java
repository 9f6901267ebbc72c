package io.parktls.semantics;

import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/** The row of the list of libssl's behaviour that a test shows. How the test ends goes into the {@link SemanticsTable}. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(Row.Rows.class)
@ExtendWith({NeedsLibssl.class, RowRecorder.class})
public @interface Row {
    /** Its id, for instance {@code HS-03}. */
    String value();

    /** Why ParkTLS differs on purpose; empty if it does the same. */
    String differs() default "";

    /** Several. */
    @Target(ElementType.METHOD)
    @Retention(RetentionPolicy.RUNTIME)
    @ExtendWith({NeedsLibssl.class, RowRecorder.class})
    @interface Rows {
        Row[] value();
    }
}
