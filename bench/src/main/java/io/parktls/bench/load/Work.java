package io.parktls.bench.load;

import io.parktls.TlsStatus;
import java.io.IOException;

/** What a {@link Client} does with its connection once it has one. Used by its loop's thread. */
interface Work {
    /**
     * Goes on as far as that goes without waiting, but not for ever.
     *
     * @return OK to be called again; WANT_READ or WANT_WRITE to be called when the link is ready; CLOSED when it is done
     */
    TlsStatus advance(Link link) throws IOException;
}
