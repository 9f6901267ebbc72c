/** Tests of resumed sessions: what the peers offer, accept and refuse, and what they keep. */
@NullMarked
package io.parktls.resumption;

import org.jspecify.annotations.NullMarked;
