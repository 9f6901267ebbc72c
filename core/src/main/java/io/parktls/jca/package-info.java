/**
 * Looks up JCA algorithms independently of the order in which providers are installed. The algorithms that ParkTLS
 * itself needs come from the JDK's own providers by name. To use a key, one provider after another is tried.
 */
@NullMarked
package io.parktls.jca;

import org.jspecify.annotations.NullMarked;
