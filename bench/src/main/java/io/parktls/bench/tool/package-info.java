/** What the commands have in common. */
@NullMarked
package io.parktls.bench.tool;

import org.jspecify.annotations.NullMarked;
