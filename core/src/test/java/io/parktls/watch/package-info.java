@NullMarked
package io.parktls.watch;

import org.jspecify.annotations.NullMarked;
