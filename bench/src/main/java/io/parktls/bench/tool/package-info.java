/** Classes that the commands share: the base class of commands, child JVMs, option values and output. */
@NullMarked
package io.parktls.bench.tool;

import org.jspecify.annotations.NullMarked;
