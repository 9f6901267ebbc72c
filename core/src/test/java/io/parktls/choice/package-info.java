/** Tests of choices per connection: of a server by ClientHello, of a client by request; and of callbacks that wait. */
@NullMarked
package io.parktls.choice;

import org.jspecify.annotations.NullMarked;
