/** Pipes for tests, which chop, cut, count and block, and the contract tests of all pipes. */
@NullMarked
package io.parktls.bio;

import org.jspecify.annotations.NullMarked;
