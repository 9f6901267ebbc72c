/** The content of session tickets, the rules by which they are accepted, and the sessions that clients keep. */
@NullMarked
package io.parktls.session;

import org.jspecify.annotations.NullMarked;
