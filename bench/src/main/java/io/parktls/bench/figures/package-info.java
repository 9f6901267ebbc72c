/**
 * Figures that were measured in rounds: how they spread, how they compare {@linkplain io.parktls.bench.figures.Samples#over
 * round by round}, and what they are to be.
 */
@NullMarked
package io.parktls.bench.figures;

import org.jspecify.annotations.NullMarked;
