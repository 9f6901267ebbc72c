/** Pipes for tests: they chop, cut, count and block; and the contract that every pipe keeps. */
@NullMarked
package io.parktls.bio;

import org.jspecify.annotations.NullMarked;
