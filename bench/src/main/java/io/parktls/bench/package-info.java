/** The {@code parktls} tool: shows and measures. */
@NullMarked
package io.parktls.bench;

import org.jspecify.annotations.NullMarked;
