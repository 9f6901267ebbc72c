package io.parktls.semantics;

import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The row of the list of libssl's behaviour that a test shows. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(Row.Rows.class)
@interface Row {
    /** Its id, for instance {@code HS-03}. */
    String value();

    /** Why ParkTLS differs on purpose; empty if it does the same. */
    String differs() default "";

    /** Several. */
    @Target(ElementType.METHOD)
    @Retention(RetentionPolicy.RUNTIME)
    @interface Rows {
        Row[] value();
    }
}
