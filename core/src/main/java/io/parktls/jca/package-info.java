/**
 * Looks up algorithms so that the order of the installed providers does not decide. What ParkTLS needs for itself comes
 * from the JDK's own providers by name; for a key it asks one provider after another.
 */
@NullMarked
package io.parktls.jca;

import org.jspecify.annotations.NullMarked;
